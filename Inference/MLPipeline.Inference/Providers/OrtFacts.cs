using Microsoft.ML.OnnxRuntime;

namespace MLPipeline.Inference.Providers;

/// <summary>What the native ONNX Runtime in this process is.</summary>
internal static class OrtFacts
{
    public const string CudaProvider = "CUDAExecutionProvider";

    public static string Version() => OrtEnv.Instance().GetVersionString();

    /// <summary>Whether the native library was built with CUDA; says nothing about the driver or the GPU.</summary>
    public static bool BuiltWithCuda() => OrtEnv.Instance().GetAvailableProviders().Contains(CudaProvider);
}
