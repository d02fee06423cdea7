using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>One item of an index expression.</summary>
internal abstract record IndexItem
{
    /// <summary>One place: its axis goes away.</summary>
    /// <param name="Index">The place; negative counts from the end.</param>
    public sealed record Single(SymbolicNumber Index) : IndexItem;

    /// <summary>One place that is known at run time: its axis goes away.</summary>
    /// <param name="Value">An integer tensor without axes.</param>
    public sealed record Scalar(TracedValue Value) : IndexItem;

    /// <summary>Every <paramref name="Step"/>th place between two bounds.</summary>
    /// <param name="Start">Null for the front.</param>
    /// <param name="Stop">Null for the end.</param>
    /// <param name="Step">At least 1.</param>
    public sealed record Slice(SymbolicNumber? Start, SymbolicNumber? Stop, long Step) : IndexItem
    {
        /// <summary>Whether it takes the whole axis.</summary>
        public bool IsAll => Step == 1 && Stop is null && Start?.Is(0) != false;
    }

    /// <summary>A new axis of length 1.</summary>
    public sealed record NewAxis : IndexItem;

    /// <summary>All axes that no other item names.</summary>
    public sealed record Ellipsis : IndexItem;

    /// <summary>Places by integers, or a mask over as many axes as it has.</summary>
    /// <param name="Value">A tensor of integers with axes, or of truth values.</param>
    public sealed record Places(TracedValue Value) : IndexItem
    {
        /// <summary>Whether it says yes or no for each place.</summary>
        public bool IsMask => Value.Type is ScalarType.Bool or ScalarType.Byte;
    }

    /// <summary>The items of a call: <c>i1, i2, ...</c> or <c>indices</c>.</summary>
    public static IReadOnlyList<IndexItem> Of(ConversionContext c)
    {
        if (c.Has("indices"))
            return [.. c.Items("indices").Select(Read)];
        string[] singles = ["i1", "i2", "i3", "i4", "i5", "i6"];
        return [.. singles.Where(c.Has).Select(i => Read(c.Argument(i)!))];
    }

    private static IndexItem Read(Argument argument) => argument switch
    {
        Argument.Integer i => new Single(i.Value),
        Argument.TensorValue t => OfTensor(t.Value),
        Argument.Index { Kind: "Single" } index => Read(index.Parts[0]),
        Argument.Index { Kind: "Tensor" } index => Read(index.Parts[0]),
        Argument.Index { Kind: "Slice" } index => new Slice(Bound(index.Parts[0]), Bound(index.Parts[1]), Stride(index.Parts[2])),
        Argument.Index { Kind: "Ellipsis" } => new Ellipsis(),
        Argument.Index { Kind: "None" or "Null" } => new NewAxis(),
        Argument.Index { Kind: var kind } => throw new ConversionException($"an index of kind {kind} is not supported"),
        _ => throw new ConversionException($"found {argument.GetType().Name} where an index is expected"),
    };

    private static IndexItem OfTensor(TracedValue value) => value.Shape.Length > 0
        ? new Places(value)
        : value.Type is ScalarType.Bool or ScalarType.Byte
            ? throw new ConversionException("a truth value without axes is not supported as an index")
            : new Scalar(value);

    private static long Stride(Argument argument) => Bound(argument) is not { } step ? 1
        : step.IsConstant ? (long)step.Constant
        : throw new ConversionException("the step of a slice depends on a symbolic length; it must be fixed");

    private static SymbolicNumber? Bound(Argument argument) => argument switch
    {
        Argument.Integer i => i.Value,
        _ => null,
    };
}
