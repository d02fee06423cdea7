using System.Text.RegularExpressions;

namespace MLPipeline.Inference.Providers;

/// <summary>Makes ONNX Runtime's messages fit to read: one line, without the place in its own source.</summary>
internal static partial class RuntimeMessage
{
    public static string Clean(string message) => Spaces().Replace(SourcePlace().Replace(message, ""), " ").Trim();

    // "/onnxruntime_src/onnxruntime/core/graph/model.cc:256 onnxruntime::Model::Model(...) ", up to the sentence.
    [GeneratedRegex(@"\S*onnxruntime\S*\.(cc|h|cpp):\d+ .*?\)( const)? (?=[A-Z])", RegexOptions.Singleline)]
    private static partial Regex SourcePlace();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
