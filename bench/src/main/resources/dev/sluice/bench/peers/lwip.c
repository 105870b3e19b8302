/*
 * lwIP behind a TUN device, as Debian builds it: sink on 9, source on 19, echo on 7, all of it called
 * from the loop that reads the device. Prints "ready".
 *
 *   lwip DEVICE ADDRESS-OF-LWIP ADDRESS-OF-THE-KERNEL
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <lwip/ip4.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/tcp.h>
#include <lwip/tcpip.h>

#define MTU 1500
#define BATCH 64

static int tun;
static char nothing[65536];
static volatile int is_up;

static err_t out(struct netif *netif, struct pbuf *packet, const ip4_addr_t *to) {
  static char flat[MTU];
  const void *bytes = packet->payload;
  (void) netif, (void) to;
  if (packet->next != NULL) bytes = flat, pbuf_copy_partial(packet, flat, packet->tot_len, 0);
  return write(tun, bytes, packet->tot_len) < 0 ? ERR_IF : ERR_OK;
}

static err_t init(struct netif *netif) {
  netif->name[0] = 't';
  netif->name[1] = 'n';
  netif->mtu = MTU;
  netif->output = out;
  return ERR_OK;
}

/* ---- what the ports do; the argument of a connection is its port */

static err_t pour(void *port, struct tcp_pcb *pcb, u16_t acknowledged) {
  (void) port, (void) acknowledged;
  while (tcp_sndbuf(pcb) > 0) {
    if (tcp_write(pcb, nothing, LWIP_MIN(tcp_sndbuf(pcb), sizeof nothing / 2), 0) != ERR_OK) break;
  }
  tcp_output(pcb);
  return ERR_OK;
}

static err_t take(void *port, struct tcp_pcb *pcb, struct pbuf *data, err_t error) {
  if (data == NULL || error != ERR_OK) {
    if (data != NULL) pbuf_free(data);
    tcp_sent(pcb, NULL);
    if (tcp_close(pcb) != ERR_OK) {
      tcp_abort(pcb);
      return ERR_ABRT;
    }
    return ERR_OK;
  }
  if ((long) port == 7) {
    for (struct pbuf *part = data; part != NULL; part = part->next) {
      tcp_write(pcb, part->payload, part->len, TCP_WRITE_FLAG_COPY);
    }
    tcp_output(pcb);
  }
  tcp_recved(pcb, data->tot_len);
  pbuf_free(data);
  return ERR_OK;
}

static err_t welcome(void *port, struct tcp_pcb *pcb, err_t error) {
  if (error != ERR_OK || pcb == NULL) return ERR_VAL;
  tcp_arg(pcb, port);
  tcp_nagle_disable(pcb);
  tcp_recv(pcb, take);
  if ((long) port == 19) {
    tcp_sent(pcb, pour);
    pour(port, pcb, 0);
  }
  return ERR_OK;
}

static void listen_at(long port) {
  struct tcp_pcb *pcb = tcp_new();
  tcp_bind(pcb, IP_ADDR_ANY, port);
  pcb = tcp_listen_with_backlog(pcb, 255);
  tcp_arg(pcb, (void *) port);
  tcp_accept(pcb, welcome);
}

static void up(void *argument) {
  (void) argument;
  is_up = 1;
}

static void receive(struct netif *netif) {
  char packet[MTU];
  LOCK_TCPIP_CORE();
  for (int i = 0; i < BATCH; i++) {
    ssize_t length = read(tun, packet, sizeof packet);
    if (length <= 0) break;
    /* not PBUF_POOL: that of this package is too short for a packet */
    struct pbuf *buffer = pbuf_alloc(PBUF_RAW, length, PBUF_RAM);
    if (buffer == NULL) continue;
    pbuf_take(buffer, packet, length);
    if (ip4_input(buffer, netif) != ERR_OK) pbuf_free(buffer);
  }
  UNLOCK_TCPIP_CORE();
}

int main(int count, char **words) {
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  struct netif netif;
  ip4_addr_t own, mask, gateway;
  if (count != 4) return 2;
  tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  strncpy(request.ifr_name, words[1], IFNAMSIZ - 1);
  if (tun < 0 || ioctl(tun, TUNSETIFF, &request) != 0) {
    fprintf(stderr, "lwip: %s: %s\n", words[1], strerror(errno));
    return 1;
  }
  tcpip_init(up, NULL);
  while (!is_up) usleep(1000);
  ip4addr_aton(words[2], &own);
  ip4addr_aton(words[3], &gateway);
  ip4addr_aton("255.255.255.0", &mask);
  LOCK_TCPIP_CORE();
  memset(&netif, 0, sizeof netif);
  netif_add(&netif, &own, &mask, &gateway, NULL, init, ip_input);
  netif_set_default(&netif);
  netif_set_up(&netif);
  netif_set_link_up(&netif);
  listen_at(7);
  listen_at(9);
  listen_at(19);
  UNLOCK_TCPIP_CORE();
  puts("ready");
  fflush(stdout);
  struct pollfd ready = {tun, POLLIN, 0};
  while (poll(&ready, 1, -1) >= 0 || errno == EINTR) receive(&netif);
  return 1;
}
