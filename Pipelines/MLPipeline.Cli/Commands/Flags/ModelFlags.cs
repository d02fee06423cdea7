using System.CommandLine;
using MLPipeline.Models;

namespace MLPipeline.Cli.Commands.Flags;

/// <summary>Which network: <c>--model</c> and <c>--stem</c>.</summary>
internal sealed class ModelFlags
{
    /// <summary>The word for every network of the catalog.</summary>
    public const string All = "all";

    private readonly Option<string> _model = new("--model")
    {
        Description = "The network, or 'all' for one after the other; 'mlpipeline models' lists them.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "lenet-bn",
    };

    private readonly Option<string> _stem = new("--stem")
    {
        Description = "How a ResNet or DenseNet begins: small (3x3, stride 1, for small images) or imagenet (7x7, stride 2, pool).",
        DefaultValueFactory = _ => "small",
    };

    public ModelFlags() => Ranged.AcceptOneOf(_stem, ["small", "imagenet"]);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_model);
        command.Options.Add(_stem);
    }

    /// <summary>The networks asked for, each fit for the stem.</summary>
    /// <exception cref="UnknownModelException">There is none of that name.</exception>
    /// <exception cref="UsageException">The network has no such stem.</exception>
    public IReadOnlyList<ModelEntry> Entries(ParseResult parsed)
    {
        var name = parsed.GetRequiredValue(_model);
        if (name.Equals(All, StringComparison.OrdinalIgnoreCase))
            return ModelCatalog.Entries;
        var entry = ModelCatalog.Find(name);
        if (!entry.HasStemOption && Wanted(parsed) != ImageStem.Small)
            throw new UsageException($"'{entry.Name}' has a stem of its own; leave --stem out.");
        return [entry];
    }

    /// <summary>The network's stem: the one asked for, where it has the choice.</summary>
    public ImageStem Stem(ParseResult parsed, ModelEntry entry) => entry.HasStemOption ? Wanted(parsed) : ImageStem.Small;

    private ImageStem Wanted(ParseResult parsed) => Enum.Parse<ImageStem>(parsed.GetRequiredValue(_stem), ignoreCase: true);
}
