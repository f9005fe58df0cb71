package io.sallyport.daemon.metrics;

import java.util.Map;

/**
 * What {@code /health/live} and {@code /health/ready} say.
 *
 * @param live the event loops answer
 * @param ready new clients are welcome
 * @param body what both show, as a JSON object; nothing secret
 */
public record Health(boolean live, boolean ready, Map<String, Object> body) {}
