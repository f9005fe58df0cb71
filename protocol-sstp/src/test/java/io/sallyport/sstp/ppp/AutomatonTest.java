package io.sallyport.sstp.ppp;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.core.octets.Octets;
import io.sallyport.sstp.ppp.Automaton.State;
import io.sallyport.sstp.ppp.ControlPacket.ConfigureRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of RFC 1661 §4.1: what each event does in each state. Events that the table does not have in a state change nothing. */
class AutomatonTest {
    private static final ConfigOption GOOD = ConfigOption.ofShort(1, 1400);
    private static final ConfigOption BAD = ConfigOption.ofShort(1, 1);
    private static final long RETRY = 10;

    private final List<String> actions = new ArrayList<>();
    private int requestIdentifier;

    /**
     * As in the table: actions, a slash, the number of the next state. The two differences that {@link Automaton} names show: an
     * Ack in Ack-Rcvd and Opened is discarded, and no Terminate-Request follows RXJ-, which gives up.
     */
    @ParameterizedTest
    @CsvSource({
        "Up,    2, scr/6, -, -, -, -, -, -, -, -",
        "Down,  -, -, 0, /1, 0, 1, 1, 1, 1, tld/1",
        "Open,  1, 1, scr/6, 3, 5, 5, 6, 7, 8, 9",
        "Close, 0, tlf/0, 2, 2, 4, 4, str/4, str/4, str/4, tld str/4",
        "TO+,   -, -, -, -, str/4, str/5, scr/6, scr/6, scr/8, -",
        "TO-,   -, -, -, -, tlf/2, tlf/3, tlf/3, tlf/3, tlf/3, -",
        "RCR+,  -, -, sta/2, scr sca/8, 4, 5, sca/8, sca tlu/9, sca/8, tld scr sca/8",
        "RCR-,  -, -, sta/2, scr scn/6, 4, 5, scn/6, scn/7, scn/6, tld scr scn/6",
        "RCA,   -, -, sta/2, sta/3, 4, 5, 7, 7, tlu/9, 9",
        "RCN,   -, -, sta/2, sta/3, 4, 5, scr/6, 7, scr/8, 9",
        "RTR,   -, -, sta/2, sta/3, sta/4, sta/5, sta/6, sta/6, sta/6, tld sta/5",
        "RTA,   -, -, 2, 3, tlf/2, tlf/3, 6, 6, 8, tld scr/6",
        "RUC,   -, -, scj/2, scj/3, scj/4, scj/5, scj/6, scj/7, scj/8, scj/9",
        "RXJ+,  -, -, 2, 3, 4, 5, 6, 6, 8, 9",
        "RXJ-,  -, -, 2, 3, 4, 5, gave-up/6, gave-up/7, gave-up/8, gave-up/9"
    })
    void followsTheTable(
            String event,
            String s0,
            String s1,
            String s2,
            String s3,
            String s4,
            String s5,
            String s6,
            String s7,
            String s8,
            String s9) {
        String[] cells = {s0, s1, s2, s3, s4, s5, s6, s7, s8, s9};
        for (State state : State.values()) {
            Automaton automaton = in(state);
            actions.clear();
            happen(automaton, event);
            String cell = cells[state.ordinal()];
            String expected = cell.equals("-") ? "/" + state.ordinal() : cell.contains("/") ? cell : "/" + cell;
            assertThat(String.join(" ", actions) + "/" + automaton.state().ordinal())
                    .as("%s in %s", event, state)
                    .isEqualTo(expected);
        }
    }

    private Automaton in(State state) {
        Automaton automaton = new Automaton(new Policy(), new Automaton.Limits(RETRY, 20), new Recorder());
        switch (state) {
            case INITIAL -> {}
            case STARTING -> automaton.open(0);
            case CLOSED -> automaton.up(0);
            case STOPPED -> {
                begin(automaton);
                happen(automaton, "TO-");
            }
            case CLOSING -> {
                begin(automaton);
                automaton.close(0);
            }
            case STOPPING -> {
                begin(automaton);
                automaton.close(0);
                automaton.open(0);
            }
            case REQ_SENT -> begin(automaton);
            case ACK_RCVD -> {
                begin(automaton);
                happen(automaton, "RCA");
            }
            case ACK_SENT -> {
                begin(automaton);
                happen(automaton, "RCR+");
            }
            case OPENED -> {
                begin(automaton);
                happen(automaton, "RCR+");
                happen(automaton, "RCA");
            }
        }
        assertThat(automaton.state()).isEqualTo(state);
        return automaton;
    }

    private static void begin(Automaton automaton) {
        automaton.open(0);
        automaton.up(0);
    }

    private int counter;

    private void happen(Automaton automaton, String event) {
        switch (event) {
            case "Up" -> automaton.up(0);
            case "Down" -> automaton.down(0);
            case "Open" -> automaton.open(0);
            case "Close" -> automaton.close(0);
            case "TO+" -> automaton.timeout(RETRY);
            case "TO-" -> {
                State before = automaton.state();
                for (int i = 0; i < 30 && (automaton.state() == before || isLess(before, automaton)); i++) {
                    actions.clear();
                    automaton.timeout(RETRY);
                }
            }
            case "RCR+" -> receive(automaton, new ConfigureRequest(++counter, List.of(GOOD)));
            case "RCR-" -> receive(automaton, new ConfigureRequest(++counter, List.of(BAD)));
            case "RCA" -> receive(automaton, new ControlPacket.ConfigureAck(requestIdentifier, List.of(GOOD)));
            case "RCN" -> receive(automaton, new ControlPacket.ConfigureNak(requestIdentifier, List.of(BAD)));
            case "RTR" -> receive(automaton, new ControlPacket.TerminateRequest(1, Octets.EMPTY));
            case "RTA" -> receive(automaton, new ControlPacket.TerminateAck(1, Octets.EMPTY));
            case "RUC" -> receive(automaton, new ControlPacket.UnknownCode(99, 1, Octets.EMPTY));
            case "RXJ+" -> receive(automaton, new ControlPacket.CodeReject(1, Octets.fromHex("09010004")));
            case "RXJ-" -> receive(automaton, new ControlPacket.CodeReject(1, Octets.fromHex("01010004")));
            default -> throw new AssertionError(event);
        }
    }

    /** Ack-Rcvd falls back to Req-Sent on its way to silence. */
    private static boolean isLess(State before, Automaton automaton) {
        return before == State.ACK_RCVD && automaton.state() == State.REQ_SENT;
    }

    private static void receive(Automaton automaton, ControlPacket packet) {
        automaton.receive(packet, 1500, 0);
    }

    private static final class Policy implements ConfigPolicy {
        @Override
        public void begin() {}

        @Override
        public List<ConfigOption> request() {
            return List.of(GOOD);
        }

        @Override
        public Judgement judge(List<ConfigOption> theirs) {
            return new Judgement(theirs.contains(BAD) ? List.of(GOOD) : List.of(), List.of());
        }

        @Override
        public void acknowledged(List<ConfigOption> theirs) {}

        @Override
        public void naked(List<ConfigOption> better) {}

        @Override
        public void rejected(List<ConfigOption> options) {}
    }

    private final class Recorder implements Automaton.Layer {
        @Override
        public void send(ControlPacket packet) {
            if (packet instanceof ConfigureRequest request) {
                requestIdentifier = request.identifier();
            }
            actions.add(
                    switch (packet) {
                        case ConfigureRequest _ -> "scr";
                        case ControlPacket.ConfigureAck _ -> "sca";
                        case ControlPacket.ConfigureNak _, ControlPacket.ConfigureReject _ -> "scn";
                        case ControlPacket.TerminateRequest _ -> "str";
                        case ControlPacket.TerminateAck _ -> "sta";
                        case ControlPacket.CodeReject _ -> "scj";
                        case ControlPacket.ProtocolReject _,
                                ControlPacket.EchoRequest _,
                                ControlPacket.EchoReply _,
                                ControlPacket.DiscardRequest _,
                                ControlPacket.Identification _,
                                ControlPacket.TimeRemaining _,
                                ControlPacket.UnknownCode _ -> "?";
                    });
        }

        @Override
        public void layerUp(long now) {
            actions.add("tlu");
        }

        @Override
        public void layerDown(long now) {
            actions.add("tld");
        }

        @Override
        public void layerFinished(long now) {
            actions.add("tlf");
        }

        @Override
        public void gaveUp(PppEnd end, long now) {
            actions.add("gave-up");
        }
    }
}
