using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>Where a value comes from. Two traces agree on a value when its origins are equal.</summary>
internal abstract record ValueOrigin
{
    /// <summary>The module's input of this index.</summary>
    /// <param name="Index">Counting from 0.</param>
    public sealed record Input(int Index) : ValueOrigin;

    /// <summary>A parameter or buffer.</summary>
    /// <param name="Key">Its state-dict key.</param>
    public sealed record Parameter(string Key) : ValueOrigin;

    /// <summary>An output of a recorded call.</summary>
    /// <param name="Call">The call's index.</param>
    /// <param name="Output">The output's index.</param>
    public sealed record Result(int Call, int Output) : ValueOrigin;

    /// <summary>A tensor that came from nowhere the recorder saw.</summary>
    /// <param name="Index">In order of first use.</param>
    public sealed record Constant(int Index) : ValueOrigin;
}

/// <summary>A tensor value within one trace.</summary>
/// <param name="Origin">Where it comes from.</param>
/// <param name="Shape">Its axes in this trace.</param>
/// <param name="Type">Its element type.</param>
/// <param name="DependsOnInput">False when no graph input can change it.</param>
internal sealed record TracedValue(ValueOrigin Origin, long[] Shape, ScalarType Type, bool DependsOnInput)
{
    /// <summary>The elements, for values that no input changes and that are not parameters.</summary>
    public ConstantContent? Content { get; init; }

    /// <summary>The axes as functions of the symbols, once traces are merged.</summary>
    public IReadOnlyList<SymbolicNumber>? Dims { get; init; }

    /// <summary>Whether the lengths of its axes depend on what the inputs hold (how often a mask is true), not on the inputs' shapes alone.</summary>
    public bool ShapedByData { get; init; }

    /// <summary>The elements of a small tensor that code made of numbers, once traces are merged, when they differ from run to run.</summary>
    public IReadOnlyList<SymbolicNumber>? Elements { get; init; }

    /// <summary>What it shows a part of, when it is a view of another value's memory.</summary>
    public ViewOf? View { get; init; }

    /// <summary>Whether <see cref="StaleBecause"/> is over once the view is taken anew from what its base has become.</summary>
    public bool IsRenewable { get; init; }

    /// <summary>Set when an in-place operation changed the memory under this value's wrapper through another view.</summary>
    public string? StaleBecause { get; init; }
}
