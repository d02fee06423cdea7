using System.Diagnostics.Tracing;

namespace MLPipeline.Native;

/// <summary>The event source <c>MLPipeline-Native</c>: what was done to load TorchSharp, once per process, at level Verbose.</summary>
[EventSource(Name = "MLPipeline-Native")]
internal sealed class NativeEvents : EventSource
{
    private NativeEvents()
    {
    }

    public static NativeEvents Log { get; } = new();

    [Event(1, Level = EventLevel.Verbose, Message = "{0} was loaded as {1}; made weak: {2}")]
    public void TorchLoaded(string stock, string loaded, string weakened) => WriteEvent(1, stock, loaded, weakened);
}
