using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Models;

/// <summary>One network of the catalog: what it is, what it takes, and how to create it.</summary>
public sealed class ModelEntry
{
    private readonly ModelAttribute _facts;
    private readonly Func<ModelOptions, Module<Tensor, Tensor>> _create;
    private readonly Lazy<long> _parameterCount;

    internal ModelEntry(ModelAttribute facts, Func<ModelOptions, Module<Tensor, Tensor>> create)
    {
        _facts = facts;
        _create = create;
        _parameterCount = new(() => CountParameters(new ModelOptions { Seed = 0 }));
    }

    /// <summary>What users type: <c>resnet18</c>.</summary>
    public string Name => _facts.Name;

    /// <summary>The architecture it is a variant of: <c>ResNet</c>.</summary>
    public string Family => _facts.Family;

    /// <summary>One line about it.</summary>
    public string Description => _facts.Description;

    /// <summary>Whether <see cref="ModelOptions.Stem"/> may be chosen; without it the network has a stem of its own.</summary>
    public bool HasStemOption => _facts.HasStemOption;

    /// <summary>The only height and width it takes, in pixels; null when it takes others too.</summary>
    public int? FixedInput => _facts.FixedInput == 0 ? null : _facts.FixedInput;

    /// <summary>Trainable numbers with the default options. Counted on a network created for the purpose, once.</summary>
    public long ParameterCount => _parameterCount.Value;

    /// <summary>The least height and width it takes, in pixels.</summary>
    public int SmallestInput(ImageStem stem = ImageStem.Small) =>
        FixedInput ?? (stem == ImageStem.ImageNet ? _facts.SmallestInputWithImageNetStem : _facts.SmallestInput);

    /// <summary>Refuses images the network cannot take, before torch does so in its own words.</summary>
    /// <param name="height">Height of the images in pixels.</param>
    /// <param name="width">Width of the images in pixels.</param>
    /// <param name="stem">The stem the network was created with.</param>
    /// <exception cref="ArgumentException">The message gives the images' size and what the network takes.</exception>
    public void CheckImageSize(long height, long width, ImageStem stem = ImageStem.Small)
    {
        if (FixedInput is { } only && (height != only || width != only))
            throw new ArgumentException($"'{Name}' takes images of {only}x{only} pixels only; these are {height}x{width}. Resize them, or choose a resnet.");
        var least = SmallestInput(stem);
        if (height < least || width < least)
        {
            var stemHint = HasStemOption && stem == ImageStem.ImageNet ? ", or use the small stem" : "";
            throw new ArgumentException($"'{Name}' takes images of at least {least}x{least} pixels; these are {height}x{width}. Resize them{stemHint}.");
        }
    }

    /// <summary>Creates the network, in training mode, on the CPU.</summary>
    /// <param name="options">Channels, classes, stem, seed; null for the defaults.</param>
    /// <returns>Float32 [batch, channels, height, width] to logits [batch, classes]; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="ArgumentException">A stem is asked of a network that has its own.</exception>
    public Module<Tensor, Tensor> Create(ModelOptions? options = null)
    {
        var valid = (options ?? new()).Validated();
        if (!HasStemOption && valid.Stem != ImageStem.Small)
            throw new ArgumentException($"'{Name}' has a stem of its own and no {valid.Stem} stem; leave the stem at its default.", nameof(options));
        return valid.Seed is { } seed ? Seeding.Run(seed, () => _create(valid)) : _create(valid);
    }

    /// <summary>Trainable numbers of the network these options give.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Create"/>.</exception>
    public long CountParameters(ModelOptions? options = null)
    {
        using var scope = NewDisposeScope();
        using var network = Create(options);
        return network.parameters().Sum(p => p.numel());
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
