namespace MLPipeline.Inference;

/// <summary>Where ONNX Runtime runs a model.</summary>
public enum ExecutionProvider
{
    /// <summary>CUDA where it works, the CPU otherwise; <see cref="OnnxModel.ProviderUsed"/> says which it became.</summary>
    Auto,

    /// <summary>The CPU. Always there.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU, or an error.</summary>
    Cuda,
}
