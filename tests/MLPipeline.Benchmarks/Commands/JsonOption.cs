using System.CommandLine;

namespace MLPipeline.Benchmarks.Commands;

/// <summary><c>--json</c>.</summary>
internal sealed class JsonOption : Option<bool>
{
    public JsonOption()
        : base("--json") => Description = "One JSON object a line instead of text.";
}
