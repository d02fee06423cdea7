namespace MLPipeline.Onnx.Passes;

/// <summary>A pass broke the graph it was given: a fault of the pass, never of the graph.</summary>
public sealed class PassException : Exception
{
    /// <summary>A fault with its message and cause.</summary>
    public PassException(string pass, string graph, string problem, Exception? inner = null)
        : base($"{pass} broke graph '{graph}', which was valid before it ran; please report this. {problem}", inner)
    {
    }
}
