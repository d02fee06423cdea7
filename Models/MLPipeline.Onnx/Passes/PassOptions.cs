namespace MLPipeline.Onnx.Passes;

/// <summary>Which rewrites run over a graph.</summary>
public sealed record PassOptions
{
    /// <summary>The oldest opset the passes know: the first in which Squeeze, Unsqueeze and Dropout take what once were attributes as inputs.</summary>
    public const int LowestOpset = 13;

    /// <summary>The newest opset the passes know.</summary>
    public const int HighestOpset = 22;

    /// <summary>The opset the graph is written for, <see cref="LowestOpset"/> to <see cref="HighestOpset"/>. Default: 17.</summary>
    /// <remarks>Outside this range an operator of the same name may mean something else.</remarks>
    public int Opset { get; init; } = 17;

    /// <summary>Whether batch normalisations fold into the Conv, ConvTranspose, Gemm or MatMul before them. Default: true.</summary>
    public bool FoldBatchNormalization { get; init; } = true;

    /// <summary>Whether arithmetic with constants next to a Conv, ConvTranspose, Gemm or MatMul, such as pixel scaling, folds into its weights. Default: true.</summary>
    public bool FoldScale { get; init; } = true;

    /// <summary>Checks every value against its legal range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range; the message names it.</exception>
    internal PassOptions Validated()
    {
        if (Opset is < LowestOpset or > HighestOpset)
            throw new ArgumentOutOfRangeException(nameof(Opset), Opset, $"The opset must be {LowestOpset} to {HighestOpset}.");
        return this;
    }
}
