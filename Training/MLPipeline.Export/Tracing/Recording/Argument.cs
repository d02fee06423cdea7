using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>An argument of a recorded call. Lists and values compare by content.</summary>
internal abstract record Argument
{
    /// <summary>A tensor.</summary>
    /// <param name="Value">The value it holds.</param>
    public sealed record TensorValue(TracedValue Value) : Argument;

    /// <summary>An integer.</summary>
    /// <param name="Value">Its value, possibly a function of the graph's symbols.</param>
    public sealed record Integer(SymbolicNumber Value) : Argument;

    /// <summary>A floating-point number.</summary>
    /// <param name="Value">Its value, possibly a function of the graph's symbols.</param>
    public sealed record Number(SymbolicNumber Value) : Argument;

    /// <summary>A list or array.</summary>
    /// <param name="Items">Its items.</param>
    public sealed record Sequence(IReadOnlyList<Argument> Items) : Argument;

    /// <summary>One item of an index expression.</summary>
    /// <param name="Kind">Single, slice, null, ellipsis, tensor or bool.</param>
    /// <param name="Parts">Start, stop and step of a slice, else the one item.</param>
    public sealed record Index(string Kind, IReadOnlyList<Argument> Parts) : Argument;

    /// <summary>A module whose own method is the call: it runs in native code, and what it computes with is read from it.</summary>
    /// <param name="Instance">The module. Its parameters do not change while a network is exported.</param>
    /// <param name="IsTraining">Whether it was in training mode when called: one that no module has registered stays in its own mode.</param>
    /// <param name="States">Its parameters and buffers, those of its children included, by name.</param>
    public sealed record Module(nn.Module Instance, bool IsTraining, IReadOnlyDictionary<string, TensorValue> States) : Argument;

    /// <summary>Anything else, kept as it is: bool, text, enum, null, device.</summary>
    /// <param name="Value">The object.</param>
    public sealed record Literal(object? Value) : Argument;
}
