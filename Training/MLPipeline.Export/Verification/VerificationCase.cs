using MLPipeline.Export.Building;
using MLPipeline.Export.Tracing;
using MLPipeline.Inference;
using static TorchSharp.torch;

namespace MLPipeline.Export.Verification;

/// <summary>Fresh inputs at one batch size, and what the module makes of them.</summary>
internal sealed class VerificationCase : IDisposable
{
    private VerificationCase(int batch, IReadOnlyList<Tensor> fed, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> expected)
    {
        Batch = batch;
        Fed = fed;
        Inputs = inputs;
        Expected = expected;
    }

    /// <summary>The length of the symbolic first axis; 0 when there is none.</summary>
    public int Batch { get; }

    /// <summary>What the file is fed: raw pixels, when it takes those.</summary>
    public IReadOnlyList<Tensor> Fed { get; }

    /// <summary>What the module is fed.</summary>
    public IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>What the file must give.</summary>
    public IReadOnlyList<Tensor> Expected { get; }

    /// <summary>Runs the module.</summary>
    /// <exception cref="ExportException">The module gives values that are not a number, which agree with anything.</exception>
    public static VerificationCase Run(ModuleTracer tracer, OnnxExportOptions options, int batch, int round)
    {
        const int firstSeed = 1000; // Far from the seeds of the traces.
        var seed = firstSeed + round;
        var inputs = tracer.InputsAt(tracer.Plan.VerificationPoint(batch, round), seed).ToList();
        var fed = inputs.ToList();
        if (options.Preprocessing is { } preprocessing)
        {
            using var replaced = inputs[0];
            fed[0] = RawPixels.Random(replaced.shape, preprocessing, seed);
            inputs[0] = RawPixels.Apply(fed[0], preprocessing).to(replaced.device);
        }

        var expected = tracer.RunReal(inputs).ToList();
        if (expected.Any(HasNaN))
            throw new ExportException("The module itself gives NaN on random inputs like the examples; there is nothing to verify the file against. Look at its weights.");
        if (options.ClassifierHead)
            expected.Add(nn.functional.softmax(expected[0], -1));
        return new VerificationCase(batch, fed, inputs, expected);
    }

    /// <summary>The inputs by the names a file has for them.</summary>
    public IReadOnlyDictionary<string, TensorValue> FeedsOf(OnnxModel file) =>
        file.Signature.Inputs.Zip(Fed).ToDictionary(p => p.First.Name, p => TensorTransfer.ToValue(p.Second));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Fed.Concat(Inputs).Concat(Expected))
            tensor.Dispose();
    }

    private static bool HasNaN(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.is_floating_point() && tensor.isnan().any().item<bool>();
    }
}
