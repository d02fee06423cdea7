using Microsoft.ML.OnnxRuntime;

namespace MLPipeline.Inference.Providers;

/// <summary>Opens sessions: sets threads and optimisations, chooses the provider, and puts failures into one kind of error.</summary>
internal static class SessionFactory
{
    private const string CudaRemedy =
        "reference Microsoft.ML.OnnxRuntime.Gpu instead of Microsoft.ML.OnnxRuntime (in this repository: build with "
        + "-p:Accelerator=cuda) and install the NVIDIA driver, CUDA 12 and cuDNN 9 (CUDA 13 from ONNX Runtime 1.27 on)";

    /// <summary>Opens a session and says where it really runs.</summary>
    /// <param name="open">Creates the session: from a path or from bytes.</param>
    /// <param name="source">The model's name in errors.</param>
    /// <param name="options">Validated options.</param>
    /// <exception cref="ModelLoadException">The model or the provider cannot be used.</exception>
    public static (InferenceSession Session, ExecutionProvider Provider) Open(
        Func<SessionOptions, InferenceSession> open, string source, OnnxModelOptions options)
    {
        try
        {
            if (options.Provider == ExecutionProvider.Cpu || (options.Provider == ExecutionProvider.Auto && !OrtFacts.BuiltWithCuda()))
                return (OpenCpu(open, options), ExecutionProvider.Cpu);
            if (options.Provider == ExecutionProvider.Auto)
                return OpenCudaOrCpu(open, options);
            return (OpenCuda(open, source, options), ExecutionProvider.Cuda);
        }
        catch (Exception error) when (LoadFailures.Explain(error) is { } reason)
        {
            throw new ModelLoadException(source, reason, error);
        }
    }

    private static (InferenceSession Session, ExecutionProvider Provider) OpenCudaOrCpu(
        Func<SessionOptions, InferenceSession> open, OnnxModelOptions options)
    {
        try
        {
            using var session = CommonOptions(options);
            session.AppendExecutionProvider_CUDA();
            return (open(session), ExecutionProvider.Cuda);
        }
        catch (Exception error) when (error is OnnxRuntimeException or EntryPointNotFoundException)
        {
            // The library knows CUDA but the machine does not. A fault of the model itself shows again on the CPU.
            return (OpenCpu(open, options), ExecutionProvider.Cpu);
        }
    }

    private static InferenceSession OpenCuda(Func<SessionOptions, InferenceSession> open, string source, OnnxModelOptions options)
    {
        if (!OrtFacts.BuiltWithCuda())
            throw new ModelLoadException(source, $"CUDA was asked for, but this ONNX Runtime ({OrtFacts.Version()}) was built without it; {CudaRemedy}.");
        using var session = CommonOptions(options);
        try
        {
            session.AppendExecutionProvider_CUDA();
        }
        catch (Exception error) when (error is OnnxRuntimeException or EntryPointNotFoundException)
        {
            throw new ModelLoadException(source, $"CUDA was asked for and does not start ({RuntimeMessage.Clean(error.Message)}); {CudaRemedy}.", error);
        }
        return open(session);
    }

    private static InferenceSession OpenCpu(Func<SessionOptions, InferenceSession> open, OnnxModelOptions options)
    {
        using var session = CommonOptions(options);
        return open(session);
    }

    private static SessionOptions CommonOptions(OnnxModelOptions options)
    {
        var session = new SessionOptions
        {
            // Failures reach the caller as exceptions; ONNX Runtime would also print them.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = options.IntraOpThreads,
            GraphOptimizationLevel = options.GraphOptimizations
                ? GraphOptimizationLevel.ORT_ENABLE_ALL
                : GraphOptimizationLevel.ORT_DISABLE_ALL,
        };

        // Weights repacked for speed are a second copy of them; whoever wants the file as it is written does not want that either.
        if (!options.GraphOptimizations)
            session.AddSessionConfigEntry("session.disable_prepacking", "1");
        return session;
    }
}
