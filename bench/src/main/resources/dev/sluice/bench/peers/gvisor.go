// gVisor's netstack behind a TUN device, as its stock package runs there: packets of 1,500 octets, no
// offload. Sink on 9, source on 19, echo on 7. Prints "ready".
//
//	gvisor DEVICE ADDRESS
package main

import (
	"fmt"
	"io"
	"net"
	"os"

	"golang.org/x/sys/unix"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/fdbased"
	"gvisor.dev/gvisor/pkg/tcpip/link/tun"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
)

const chunk = 65536

func check(what string, err interface{}) {
	if err != nil && fmt.Sprint(err) != "<nil>" {
		fmt.Fprintln(os.Stderr, "gvisor:", what, err)
		os.Exit(1)
	}
}

func serve(peer net.Conn, port uint16) {
	defer peer.Close()
	buffer := make([]byte, chunk)
	for {
		n, err := len(buffer), error(nil)
		if port != 19 {
			n, err = peer.Read(buffer)
		}
		if err == nil && port != 9 {
			_, err = peer.Write(buffer[:n])
		}
		if err != nil {
			return
		}
	}
}

func listen(s *stack.Stack, port uint16) {
	l, err := gonet.ListenTCP(s, tcpip.FullAddress{NIC: 1, Port: port}, ipv4.ProtocolNumber)
	check("listen", err)
	for {
		peer, err := l.Accept()
		if err == io.EOF {
			return
		}
		if err == nil {
			go serve(peer, port)
		}
	}
}

func main() {
	fd, err := tun.Open(os.Args[1])
	check("open", err)
	check("nonblock", unix.SetNonblock(fd, true))
	link, err := fdbased.New(&fdbased.Options{FDs: []int{fd}, MTU: 1500})
	check("link", err)
	s := stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
	})
	sack := tcpip.TCPSACKEnabled(true)
	s.SetTransportProtocolOption(tcp.ProtocolNumber, &sack)
	cubic := tcpip.CongestionControlOption("cubic")
	s.SetTransportProtocolOption(tcp.ProtocolNumber, &cubic)
	window := tcpip.TCPReceiveBufferSizeRangeOption{Min: 4096, Default: 4 << 20, Max: 8 << 20}
	s.SetTransportProtocolOption(tcp.ProtocolNumber, &window)
	sending := tcpip.TCPSendBufferSizeRangeOption{Min: 4096, Default: 4 << 20, Max: 8 << 20}
	s.SetTransportProtocolOption(tcp.ProtocolNumber, &sending)
	if problem := s.CreateNIC(1, link); problem != nil {
		check("nic", problem)
	}
	own := tcpip.Address(net.ParseIP(os.Args[2]).To4())
	address := tcpip.ProtocolAddress{Protocol: ipv4.ProtocolNumber,
		AddressWithPrefix: tcpip.AddressWithPrefix{Address: own, PrefixLen: 24}}
	if problem := s.AddProtocolAddress(1, address, stack.AddressProperties{}); problem != nil {
		check("address", problem)
	}
	s.SetRouteTable([]tcpip.Route{{Destination: header.IPv4EmptySubnet, NIC: 1}})
	for _, port := range []uint16{7, 9, 19} {
		go listen(s, port)
	}
	fmt.Println("ready")
	select {}
}
