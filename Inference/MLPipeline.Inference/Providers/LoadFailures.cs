using Microsoft.ML.OnnxRuntime;

namespace MLPipeline.Inference.Providers;

/// <summary>Known failures of opening a session, each as a cause and a remedy.</summary>
internal static class LoadFailures
{
    /// <summary>What to tell the user, or null for a failure that is not about the model or the runtime.</summary>
    public static string? Explain(Exception error) => error switch
    {
        TypeInitializationException { InnerException: { } inner } => Explain(inner),
        DllNotFoundException =>
            "the native ONNX Runtime library was not found; reference Microsoft.ML.OnnxRuntime (or .Gpu) in the application.",
        EntryPointNotFoundException =>
            "the native ONNX Runtime library is older than the managed one; reference both in the same version.",
        BadImageFormatException => "the native ONNX Runtime library is for another processor.",
        OnnxRuntimeException runtime => FromRuntime(RuntimeMessage.Clean(runtime.Message)),
        _ => null,
    };

    private static string FromRuntime(string message)
    {
        if (message.Contains("INVALID_PROTOBUF", StringComparison.OrdinalIgnoreCase) || message.Contains("InvalidProtobuf", StringComparison.OrdinalIgnoreCase)
            || message.Contains("does not have a graph", StringComparison.OrdinalIgnoreCase))
            return "it is not an ONNX model, or the file is damaged. Export it again, or fetch it again.";
        if (message.Contains("External data", StringComparison.OrdinalIgnoreCase) || message.Contains("External initializer", StringComparison.OrdinalIgnoreCase))
        {
            return "its weights are in a file of their own (as a rule the model's name and .data), which is missing, cut short, or of another model. "
                + $"Keep the two together, and load the model by its path. ONNX Runtime says: {message}";
        }

        if (message.Contains("opset", StringComparison.OrdinalIgnoreCase) || message.Contains("IR version", StringComparison.OrdinalIgnoreCase))
            return $"it needs a newer ONNX Runtime than {OrtFacts.Version()}. Update ONNX Runtime, or export for a lower opset. ONNX Runtime says: {message}";
        return $"ONNX Runtime {OrtFacts.Version()} refuses it: {message}";
    }
}
