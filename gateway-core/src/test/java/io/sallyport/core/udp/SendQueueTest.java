package io.sallyport.core.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sallyport.core.packet.PacketBuffers;
import io.sallyport.core.posix.Errno;
import io.sallyport.core.worker.Verdict;
import io.sallyport.core.worker.VerdictCounters;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The queue against a kernel that answers what the test says; without an answer left it takes everything. */
class SendQueueTest {
    private static final UdpPath PATH =
            new UdpPath(new InetSocketAddress("192.0.2.1", 4500), new InetSocketAddress("192.0.2.2", 4500));

    private final Arena arena = Arena.ofConfined();
    private final Deque<Integer> answers = new ArrayDeque<>();
    private final List<Integer> offered = new ArrayList<>();
    private final VerdictCounters verdicts = new VerdictCounters();
    private final SendQueue queue = new SendQueue(arena, this::answer, true, verdicts);
    private final List<ByteBuf> buffers = new ArrayList<>();

    @AfterEach
    void everyBufferIsReleased() {
        queue.release();
        arena.close();
        assertThat(buffers).allMatch(buffer -> buffer.refCnt() == 0);
    }

    private int answer(long mmsghdrs, int count) {
        offered.add(count);
        return answers.isEmpty() ? count : answers.poll();
    }

    private void add(int datagrams) {
        for (int i = 0; i < datagrams; i++) {
            ByteBuf datagram = PacketBuffers.take().writeInt(i);
            buffers.add(datagram);
            queue.add(datagram, PATH);
        }
    }

    @Test
    void goesOnWhereTheKernelStopped() {
        add(100);
        answers.add(10);
        assertThat(queue.send()).isTrue();
        assertThat(offered).containsExactly(64, 64, 26);
        assertThat(queue.count()).isZero();
    }

    @Test
    void keepsWhatAFullSocketRefusesUntilItCanBeSent() {
        add(50);
        answers.addAll(List.of(20, -Errno.EAGAIN));
        assertThat(queue.send()).isFalse();
        assertThat(queue.count()).isEqualTo(30);
        assertThat(buffers.subList(0, 20)).allMatch(buffer -> buffer.refCnt() == 0);
        assertThat(buffers.subList(20, 50)).allMatch(buffer -> buffer.refCnt() == 1);

        assertThat(queue.send()).isTrue();
        assertThat(verdicts.get(Verdict.SOCKET_FULL)).isZero();
    }

    @Test
    void dropsAndCountsWhatDoesNotFitTheRing() {
        add(SendQueue.CAPACITY + 5);
        assertThat(verdicts.get(Verdict.SOCKET_FULL)).isEqualTo(5);
        assertThat(queue.count()).isEqualTo(SendQueue.CAPACITY);
        assertThat(queue.send()).isTrue();
        assertThat(offered).hasSize(SendQueue.CAPACITY / SendQueue.BATCH);
    }

    @Test
    void errorCostsOneDatagramAndInterruptionNone() {
        add(3);
        answers.addAll(List.of(-Errno.EINTR, 1, -111, -Errno.ENOBUFS));
        assertThat(queue.send()).isTrue();
        assertThat(verdicts.get(Verdict.SEND_FAILED)).isEqualTo(1);
        assertThat(verdicts.get(Verdict.SOCKET_FULL)).isEqualTo(1);
        assertThat(offered).containsExactly(3, 3, 2, 1);
    }

    @Test
    void wrapsAroundTheEndOfTheRingInOrder() {
        add(SendQueue.CAPACITY - 10);
        assertThat(queue.send()).isTrue();
        offered.clear();
        add(30);
        assertThat(queue.send()).isTrue();
        assertThat(offered).containsExactly(10, 20);
    }
}
