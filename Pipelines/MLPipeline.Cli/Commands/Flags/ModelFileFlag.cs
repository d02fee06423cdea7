using System.CommandLine;
using MLPipeline.Models;

namespace MLPipeline.Cli.Commands.Flags;

/// <summary><c>--model</c> of a command that scores: a file, or the name of a network that <c>run</c> has left.</summary>
internal sealed class ModelFileFlag : Option<string>
{
    private const string Extension = ".onnx";

    public ModelFileFlag()
        : base("--model")
    {
        Description = "An ONNX file, or a network's name for the file that 'run' leaves in artifacts/NAME/.";
        HelpName = "FILE|NAME";
        DefaultValueFactory = _ => "lenet-bn";
    }

    /// <summary>The file.</summary>
    /// <exception cref="UnknownModelException">It is neither a file nor a network's name.</exception>
    /// <exception cref="FileNotFoundException">There is none; the message says how to come by one.</exception>
    public string PathOf(ParseResult parsed)
    {
        var value = parsed.GetRequiredValue(this);
        if (File.Exists(value))
            return value;
        if (value.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) || value.Contains(Path.DirectorySeparatorChar))
            throw new FileNotFoundException($"There is no model file '{value}'.", value);
        var name = ModelCatalog.Find(value).Name;
        var path = Path.Combine("artifacts", name, name + Extension);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"There is no '{path}' yet: make it with 'mlpipeline run --model {name}', or name a file.", path);
    }
}
