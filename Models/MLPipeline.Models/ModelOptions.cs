namespace MLPipeline.Models;

/// <summary>What a network is created for.</summary>
public sealed record ModelOptions
{
    private const int MostChannels = 4096;
    private const int MostClasses = 1_000_000;

    /// <summary>Channels of the input images, 1 to 4096. Default: 1, grey.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Length of the output, one logit per class, 1 to 1,000,000. Default: 10.</summary>
    public int Classes { get; init; } = 10;

    /// <summary>
    /// How a ResNet or a DenseNet begins. Default: <see cref="ImageStem.Small"/>. The other networks have a stem of their
    /// own and accept nothing but the default.
    /// </summary>
    public ImageStem Stem { get; init; } = ImageStem.Small;

    /// <summary>
    /// Draws the first weights: the same seed gives the same weights, and leaves torch's global generator as it was.
    /// Null, the default, draws from that generator as it stands.
    /// </summary>
    public long? Seed { get; init; }

    /// <summary>Checks every value against its legal range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range; the message names it.</exception>
    internal ModelOptions Validated()
    {
        if (Channels is < 1 or > MostChannels)
            throw new ArgumentOutOfRangeException(nameof(Channels), Channels, $"Channels must be 1 to {MostChannels}.");
        if (Classes is < 1 or > MostClasses)
            throw new ArgumentOutOfRangeException(nameof(Classes), Classes, $"Classes must be 1 to {MostClasses}.");
        if (!Enum.IsDefined(Stem))
            throw new ArgumentOutOfRangeException(nameof(Stem), Stem, "The stem must be Small or ImageNet.");
        return this;
    }
}
