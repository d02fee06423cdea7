using System.CommandLine;

namespace MLPipeline.Cli.Commands.Flags;

/// <summary><c>--output</c>: where each network gets a folder of its own.</summary>
internal sealed class OutputFlag : Option<string>
{
    public OutputFlag()
        : base("--output")
    {
        Description = "Folder for the results; each network gets a folder of its name in it.";
        HelpName = "DIR";
        DefaultValueFactory = _ => "artifacts";
    }

    /// <summary>The network's folder, made if absent.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public string FolderOf(ParseResult parsed, string model)
    {
        var folder = Path.Combine(parsed.GetRequiredValue(this), model);
        Directory.CreateDirectory(folder);
        return folder;
    }
}
