using System.CommandLine;

namespace MLPipeline.Cli.Commands.Flags;

/// <summary><c>--json</c>.</summary>
internal sealed class JsonFlag : Option<bool>
{
    public JsonFlag()
        : base("--json")
    {
        Description = "Write results as JSON, one object a line; progress goes to standard error.";
    }
}
