namespace MLPipeline.Onnx.Passes.Evaluation;

/// <summary>What two numbers make.</summary>
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

    /// <summary>The smaller one.</summary>
    Minimum,

    /// <summary>The larger one.</summary>
    Maximum,

    /// <summary>What a division of integers leaves, with the divisor's sign.</summary>
    Modulo,
}
