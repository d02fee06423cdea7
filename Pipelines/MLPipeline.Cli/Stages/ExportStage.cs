using System.Text.Json.Nodes;
using MLPipeline.Export;
using MLPipeline.Inference;
using MLPipeline.Training.Datasets;
using static TorchSharp.torch;

namespace MLPipeline.Cli.Stages;

/// <summary>From a trained network to a verified ONNX file that carries all that scoring needs.</summary>
internal static class ExportStage
{
    /// <summary>Images the exporter traces with.</summary>
    private const int Examples = 2;

    /// <summary>What to write into the file.</summary>
    /// <param name="Opset">Version of ONNX's operator set.</param>
    /// <param name="Fold">Whether batch norms are folded.</param>
    /// <param name="Head">Whether there is a second output, <c>probabilities</c>.</param>
    /// <param name="RawPixels">Whether the file takes raw pixels, 0 to 255, and scales them itself.</param>
    /// <param name="Precision">What it computes in.</param>
    internal sealed record Wishes(int Opset = 17, bool Fold = true, bool Head = true, bool RawPixels = true, ExportPrecision Precision = ExportPrecision.AsModule);

    /// <summary>Exports and verifies.</summary>
    /// <param name="network">The network, on the CPU.</param>
    /// <param name="name">Its name in the catalog.</param>
    /// <param name="shape">Channels, height and width of an image.</param>
    /// <param name="scaling">What the network was trained with.</param>
    /// <param name="labels">Class names.</param>
    /// <param name="training">Facts about the run.</param>
    /// <param name="wishes">What to write.</param>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellation">Stops between steps; nothing is written then.</param>
    /// <exception cref="ExportException">The network cannot be exported, or the file's numbers differ.</exception>
    public static ExportReport Run(
        nn.Module<Tensor, Tensor> network,
        string name,
        IReadOnlyList<int> shape,
        PixelScaling scaling,
        IReadOnlyList<string> labels,
        JsonObject training,
        Wishes wishes,
        string path,
        IProgress<string>? progress = null,
        CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var generator = new Generator(1);
        using var example = rand([Examples, .. shape.Select(length => (long)length)], generator: generator);
        return OnnxExporter.Export(network, [example], path, new OnnxExportOptions
        {
            Opset = wishes.Opset,
            FoldBatchNormalization = wishes.Fold,
            Precision = wishes.Precision,
            ClassifierHead = wishes.Head,
            // The exporter's own name for the only output is another; scoring looks for this one.
            OutputNames = wishes.Head ? ["logits", "probabilities"] : ["logits"],
            Preprocessing = wishes.RawPixels ? new Preprocessing(scaling.Scale, scaling.Mean, scaling.Std, "NCHW", "0-255") : null,
            Labels = labels,
            ModelName = name,
            Metadata = new Dictionary<string, string> { [ModelMetadata.TrainingKey] = training.ToJsonString() },
        }, progress, cancellation);
    }
}
