namespace MLPipeline.Benchmarks.Peers;

/// <summary>The other side of a comparison is missing, or failed.</summary>
internal sealed class PeerException(string message) : Exception(message);
