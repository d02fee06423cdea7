namespace MLPipeline.Export;

/// <summary>In which precision a file computes.</summary>
public enum ExportPrecision
{
    /// <summary>In the module's own.</summary>
    AsModule,

    /// <summary>
    /// Weights and compute in float16 where the module has float32: half the size, and faster where the hardware has it. What float16 would break
    /// (large sums, powers, constants out of its range) stays in float32. ONNX Runtime's CPU provider runs it by casting back.
    /// </summary>
    Float16,
}
