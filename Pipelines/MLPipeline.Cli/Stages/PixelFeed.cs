using MLPipeline.Inference;
using MLPipeline.Inference.Scoring;
using MLPipeline.Training.Datasets;

namespace MLPipeline.Cli.Stages;

/// <summary>How a model wants its pixels: raw, because the file scales them itself, or scaled here.</summary>
/// <param name="Model">Its path, in errors.</param>
/// <param name="Channels">Of an image.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Factor">On every raw value; 1 where the file scales.</param>
internal sealed record PixelFeed(string Model, int Channels, int Height, int Width, float Factor)
{
    /// <summary>Reads what the file says about its input.</summary>
    /// <exception cref="ModelLoadException">The input is no image.</exception>
    public static PixelFeed Of(OnnxClassifier classifier, Action<string> say)
    {
        var source = classifier.Model.Source;
        var shape = classifier.Input.Shape;
        var preprocessing = ModelMetadata.ReadPreprocessing(classifier.Model.Metadata, source);
        if (shape.Count != 4 || preprocessing is { Layout: not "NCHW" } || shape[1].Value is not (1 or 3))
            throw new ModelLoadException(source, $"its input is {classifier.Input}; images are [batch, 1 or 3 channels, height, width].");
        if (preprocessing is null)
            say($"{source} does not say how it wants its pixels: feeding 0 to 1.");
        var factor = preprocessing is { Range: "0-255" } ? 1f : 1f / 255;
        return new PixelFeed(source, (int)shape[1].Value!.Value, (int)shape[2].Value!.Value, (int)shape[3].Value!.Value, factor);
    }

    /// <summary>Refuses images of another size, and labels of another kind.</summary>
    /// <exception cref="ModelLoadException">The message gives both sides.</exception>
    public void Check(OnnxClassifier classifier, ImageDataset data)
    {
        if ((data.Channels, data.Height, data.Width) != (Channels, Height, Width))
            throw new ModelLoadException(
                Model, $"it takes images of [{Channels},{Height},{Width}]; those of {data.Name} are [{data.Channels},{data.Height},{data.Width}].");
        if (!classifier.Labels.SequenceEqual(data.ClassNames))
            throw new ModelLoadException(
                Model, $"its classes are {string.Join(", ", classifier.Labels)}; those of {data.Name} are {string.Join(", ", data.ClassNames)}.");
    }

    /// <summary>Scores images.</summary>
    /// <param name="classifier">The model.</param>
    /// <param name="pixels">0 to 255, image after image.</param>
    /// <param name="cancellation">Stops at the next batch.</param>
    public ClassScores Score(OnnxClassifier classifier, byte[] pixels, CancellationToken cancellation) => Factor == 1
        ? classifier.Score(pixels, cancellation)
        : classifier.Score(Floats(pixels), cancellation);

    /// <summary>The pixels as the model takes them.</summary>
    public float[] Floats(byte[] pixels) => Array.ConvertAll(pixels, value => value * Factor);
}
