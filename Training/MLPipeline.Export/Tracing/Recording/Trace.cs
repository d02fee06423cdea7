using MLPipeline.Export.Converters;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>A recorded call.</summary>
/// <param name="Key">The operator as converters name it: <c>Tensor.add</c>.</param>
/// <param name="Method">The TorchSharp method, for messages.</param>
/// <param name="Arguments">By parameter name; the receiver is <c>self</c>.</param>
/// <param name="Results">What it returned.</param>
/// <param name="Place">Where it was called.</param>
internal sealed record TracedCall(
    string Key, string Method, IReadOnlyDictionary<string, Argument> Arguments, IReadOnlyList<TracedValue> Results, CallPlace Place)
{
    /// <summary>The converter a user gave; null for the built-in one.</summary>
    public Func<ConversionContext, IReadOnlyList<string>>? Custom { get; init; }
}

/// <summary>Where in the user's code a call was made.</summary>
/// <param name="ModulePath">The path of the innermost module: <c>layer3.0.conv2</c>; empty at the top.</param>
/// <param name="Source">The innermost method of the user's: <c>Block.forward</c>.</param>
internal sealed record CallPlace(string ModulePath, string Source)
{
    /// <summary>For messages.</summary>
    public override string ToString() => ModulePath.Length == 0 ? Source : $"{ModulePath} ({Source})";
}

/// <summary>One run of a module, recorded.</summary>
/// <param name="Calls">In order.</param>
/// <param name="Outputs">What the module returned, flattened, with its name in the returned structure.</param>
/// <param name="Problems">What stands in the way of an export.</param>
internal sealed record Trace(IReadOnlyList<TracedCall> Calls, IReadOnlyList<(string Name, TracedValue Value)> Outputs, IReadOnlyList<string> Problems);
