namespace MLPipeline.Onnx.Passes.Evaluation;

/// <summary>The four kinds of arithmetic.</summary>
internal enum ArithmeticOperator
{
    /// <summary>a + b.</summary>
    Add,

    /// <summary>a - b.</summary>
    Subtract,

    /// <summary>a * b.</summary>
    Multiply,

    /// <summary>a / b; of integers, towards zero.</summary>
    Divide,
}
