package dev.peregrine.bench.fence;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;

/**
 * Has Netty show the traffic of each channel, where {@code -Dio.netty.bootstrap.extensions=serviceload} says so: the handler
 * stands next to the socket, and read buffers count what is copied out of them.
 */
public final class WatchedChannels extends ChannelInitializerExtension {
    static final Traffic CLIENT = new Traffic();
    static final Traffic SERVER = new Traffic();

    @Override
    public void postInitializeClientChannel(Channel channel) {
        watch(channel, CLIENT);
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        watch(channel, SERVER);
    }

    private static void watch(Channel channel, Traffic traffic) {
        channel.config().setAllocator(new CountingAllocator(traffic));
        channel.pipeline().addFirst(traffic.handler());
    }
}
