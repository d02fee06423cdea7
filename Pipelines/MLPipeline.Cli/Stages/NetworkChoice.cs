using MLPipeline.Models;
using MLPipeline.Training.Checkpoints;
using static TorchSharp.torch;

namespace MLPipeline.Cli.Stages;

/// <summary>A network of the catalog, for images of one kind; what a checkpoint needs to build it again.</summary>
/// <param name="Entry">The network.</param>
/// <param name="Stem">How it begins.</param>
/// <param name="Channels">Of the images.</param>
/// <param name="Classes">One logit each.</param>
internal sealed record NetworkChoice(ModelEntry Entry, ImageStem Stem, int Channels, int Classes)
{
    /// <summary>As the trainer carries it into the checkpoint.</summary>
    public IReadOnlyDictionary<string, string> Facts => new Dictionary<string, string>
    {
        ["stem"] = Stem.ToString(),
        ["channels"] = Channels.ToString(),
        ["classes"] = Classes.ToString(),
    };

    /// <summary>The network a checkpoint was taken of.</summary>
    /// <exception cref="CheckpointException">It does not say, or says it in a way this version does not know.</exception>
    /// <exception cref="UnknownModelException">It is of a network that is not in this version's catalog.</exception>
    public static NetworkChoice Of(Checkpoint checkpoint)
    {
        var facts = checkpoint.Recipe.ModelOptions;
        if (checkpoint.Recipe.ModelName.Length == 0
            || !Enum.TryParse<ImageStem>(facts.GetValueOrDefault("stem"), out var stem)
            || !int.TryParse(facts.GetValueOrDefault("channels"), out var channels)
            || !int.TryParse(facts.GetValueOrDefault("classes"), out var classes))
            throw new CheckpointException(checkpoint.Source, "it does not say which network of the catalog it is of; it was not written by mlpipeline.");
        return new NetworkChoice(ModelCatalog.Find(checkpoint.Recipe.ModelName), stem, channels, classes);
    }

    /// <summary>Builds the network.</summary>
    /// <param name="seed">Decides its first weights.</param>
    public nn.Module<Tensor, Tensor> Create(int seed) =>
        Entry.Create(new ModelOptions { Channels = Channels, Classes = Classes, Stem = Stem, Seed = seed });

    /// <summary>Refuses images that the network cannot take.</summary>
    /// <exception cref="UsageException">The message gives the images' size and what the network takes.</exception>
    public void CheckImages(int height, int width)
    {
        try
        {
            Entry.CheckImageSize(height, width, Stem);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }
}
