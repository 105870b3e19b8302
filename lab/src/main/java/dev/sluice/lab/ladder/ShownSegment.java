package dev.sluice.lab.ladder;

import dev.sluice.sim.packet.WirePacket;
import dev.sluice.wire.Flags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A segment and the numbers it is shown with.
///
/// @param packet the segment as it was on the wire
/// @param seq SEG.SEQ as it is shown
/// @param ack SEG.ACK as it is shown, meaningful if the segment has ACK
/// @param sacks its SACK blocks as they are shown, each the first number and the one
///     after the last
/// @param window SEG.WND in octets, after the scale that was agreed on (RFC 7323 §2)
public record ShownSegment(WirePacket packet, long seq, long ack, List<long[]> sacks, long window) {
  private static final Map<Integer, String> NAMES = names();

  private static Map<Integer, String> names() {
    Map<Integer, String> names = new LinkedHashMap<>();
    names.put(Flags.SYN, "SYN");
    names.put(Flags.FIN, "FIN");
    names.put(Flags.RST, "RST");
    names.put(Flags.PSH, "PSH");
    names.put(Flags.ACK, "ACK");
    names.put(Flags.URG, "URG");
    names.put(Flags.CWR, "CWR");
    names.put(Flags.ECE, "ECE");
    names.put(Flags.AE, "AE");
    return names;
  }

  /// The names of the control bits, in the order in which people say them.
  public List<String> flags() {
    List<String> flags = new ArrayList<>();
    NAMES.forEach((bit, name) -> {
      if (packet.has(bit)) {
        flags.add(name);
      }
    });
    return flags;
  }

  /// `SYN,ACK seq=100 ack=11`, with `len=` where there is text.
  public String label() {
    StringBuilder text = new StringBuilder(String.join(",", flags()));
    text.append(" seq=").append(seq);
    if (packet.has(Flags.ACK)) {
      text.append(" ack=").append(ack);
    }
    if (packet.payloadLength() > 0) {
      text.append(" len=").append(packet.payloadLength());
    }
    return text.toString();
  }

  /// The SACK blocks: ` sack=2897-4345`; or nothing.
  public String sackText() {
    StringBuilder text = new StringBuilder();
    for (long[] block : sacks) {
      text.append(text.isEmpty() ? " sack=" : ",").append(block[0]).append('-').append(block[1]);
    }
    return text.toString();
  }

  /// The options: `mss 1460, sack permitted, timestamps, window scale 7`; or nothing.
  public String options() {
    List<String> options = new ArrayList<>();
    if (packet.mss() != WirePacket.ABSENT) {
      options.add("mss " + packet.mss());
    }
    if (packet.sackPermitted()) {
      options.add("sack permitted");
    }
    if (packet.hasTimestamps()) {
      options.add("timestamps");
    }
    if (packet.windowScale() != WirePacket.ABSENT) {
      options.add("window scale " + packet.windowScale());
    }
    return String.join(", ", options);
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("flags", flags());
    json.put("seq", seq);
    if (packet.has(Flags.ACK)) {
      json.put("ack", ack);
    }
    json.put("len", packet.payloadLength());
    json.put("window", window);
    json.put("sack", sackText().replace(" sack=", ""));
    json.put("options", options());
    json.put("seqOnTheWire", packet.seq() & 0xffff_ffffL);
    if (packet.has(Flags.ACK)) {
      json.put("ackOnTheWire", packet.ack() & 0xffff_ffffL);
    }
    return json;
  }
}
