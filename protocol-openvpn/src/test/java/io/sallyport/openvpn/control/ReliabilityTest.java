package io.sallyport.openvpn.control;

import static io.sallyport.openvpn.control.Wire.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.core.octets.Octets;
import io.sallyport.openvpn.control.ReliableSender.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ReliabilityTest {
    private static final Octets ONE = Octets.of((byte) 1);

    @Test
    void sendsAgainAfterOneTwoFourEightAndSixteenSeconds() {
        ReliableSender sender = new ReliableSender(0);
        sender.add(Kind.CONTROL, ONE, 0);
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            long now = sender.deadline();
            times.add(now / SECOND);
            assertThat(Objects.requireNonNull(sender.due(now)).id).isZero();
            assertThat(sender.due(now)).isNull();
        }
        assertThat(times).containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 47L);
    }

    @Test
    void holdsSixUntilOneIsAcknowledged() {
        ReliableSender sender = new ReliableSender(1);
        for (int i = 0; i < 6; i++) {
            assertThat(sender.hasRoom()).isTrue();
            sender.add(Kind.CONTROL, ONE, 0);
        }
        assertThat(sender.hasRoom()).isFalse();
        assertThatThrownBy(() -> sender.add(Kind.CONTROL, ONE, 0)).isInstanceOf(IllegalStateException.class);
        sender.acknowledge(99, 0);
        assertThat(sender.hasRoom()).isFalse();
        sender.acknowledge(3, 0);
        sender.acknowledge(3, 0);
        assertThat(sender.hasRoom()).isTrue();
    }

    @Test
    void sendsAgainAtOnceWhenThreeLaterOnesArrived() {
        ReliableSender sender = new ReliableSender(1);
        for (int i = 0; i < 4; i++) {
            sender.add(Kind.CONTROL, ONE, 0);
            sender.due(0);
        }
        sender.acknowledge(2, SECOND / 2);
        sender.acknowledge(3, SECOND / 2);
        assertThat(sender.due(SECOND / 2)).isNull();
        sender.acknowledge(4, SECOND / 2);
        assertThat(Objects.requireNonNull(sender.due(SECOND / 2)).id).isEqualTo(1);
    }

    @Test
    void deliversInOrderAndOnceAndAcknowledgesDuplicatesAgain() {
        ReliableReceiver receiver = new ReliableReceiver(1);
        assertThat(receiver.accept(2, Octets.of((byte) 2))).isTrue();
        assertThat(receiver.next()).isNull();
        assertThat(receiver.accept(1, ONE)).isTrue();
        assertThat(receiver.accept(1, Octets.of((byte) 9))).isTrue();
        assertThat(receiver.next()).isEqualTo(ONE);
        assertThat(receiver.next()).isEqualTo(Octets.of((byte) 2));
        assertThat(receiver.next()).isNull();
        assertThat(receiver.takeAcks(8)).containsExactly(2L, 1L);
        assertThat(receiver.accept(1, ONE)).isTrue();
        assertThat(receiver.next()).isNull();
        assertThat(receiver.takeAcks(8)).containsExactly(1L);
    }

    @Test
    void neitherKeepsNorAcknowledgesWhatIsBeyondItsWindow() {
        ReliableReceiver receiver = new ReliableReceiver(0);
        assertThat(receiver.accept(12, ONE)).isFalse();
        assertThat(receiver.hasAcks()).isFalse();
        assertThat(receiver.accept(11, ONE)).isTrue();
        assertThat(receiver.takeAcks(4)).containsExactly(11L);
    }
}
