using MLPipeline.Export.Building;
using MLPipeline.Export.Tracing;
using MLPipeline.Inference;
using static TorchSharp.torch;

namespace MLPipeline.Export.Verification;

/// <summary>Inputs that were not traced, and what the module makes of them.</summary>
internal sealed class VerificationCase : IDisposable
{
    private VerificationCase(long[] point, IReadOnlyList<Tensor> fed, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> expected)
    {
        Point = point;
        Fed = fed;
        Inputs = inputs;
        Expected = expected;
    }

    /// <summary>The lengths of the symbols.</summary>
    public long[] Point { get; }

    /// <summary>What the file is fed: raw pixels, when it takes those.</summary>
    public IReadOnlyList<Tensor> Fed { get; }

    /// <summary>What the module is fed.</summary>
    public IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>What the file must give.</summary>
    public IReadOnlyList<Tensor> Expected { get; }

    /// <summary>How many times the tolerance the file may be away from it.</summary>
    public double ToleranceFactor { get; private set; } = 1;

    /// <summary>The share of elements that may be further away.</summary>
    public double Stray { get; private set; }

    /// <summary>
    /// Runs the module on random inputs: within the range of the examples and beyond it in turn, and on the other kind where the module does
    /// not take the one, or gives hardly a number.
    /// </summary>
    /// <exception cref="ExportException">The module gives values that are not a number, which agree with anything.</exception>
    public static VerificationCase Random(ModuleTracer tracer, OnnxExportOptions options, long[] point, int round) =>
        InEitherRange(tracer, options, point, round)
        ?? throw new ExportException("The module itself gives NaN on random inputs like the examples; there is nothing to verify the file against. Look at its weights.");

    /// <summary>
    /// The same at lengths that the module need not take: null when it fails there, or gives hardly a number. The variance of a single element
    /// magnifies rounding, and where there are thousands of elements some are tied but for it. What is looked for is another branch or a table that
    /// ends: 100 times the tolerance, and one element of a thousand may be beyond.
    /// </summary>
    public static VerificationCase? IfTaken(ModuleTracer tracer, OnnxExportOptions options, long[] point, int round)
    {
        try
        {
            var sample = InEitherRange(tracer, options, point, round);
            if (sample is not null)
                (sample.ToleranceFactor, sample.Stray) = (100, 0.001);
            return sample;
        }
        catch (ExportException e) when (e.InnerException is not null)
        {
            return null;
        }
    }

    /// <summary>Runs the module on given inputs, which are as the file takes them.</summary>
    /// <exception cref="ExportException">They are not like the examples.</exception>
    public static VerificationCase Of(ModuleTracer tracer, OnnxExportOptions options, IReadOnlyList<Tensor> given)
    {
        var fed = given.Select(t => t.clone()).ToList();
        var inputs = given.Select(t => t.clone()).ToList();
        if (options.Preprocessing is { } preprocessing)
        {
            using var raw = inputs[0];
            inputs[0] = RawPixels.Apply(raw, preprocessing);
        }

        return Run(tracer, options, tracer.PointOf(inputs), fed, inputs);
    }

    /// <summary>The inputs by the names a file has for them.</summary>
    public IReadOnlyDictionary<string, TensorValue> FeedsOf(OnnxModel file) =>
        file.Signature.Inputs.Zip(Fed).ToDictionary(p => p.First.Name, p => TensorTransfer.ToValue(p.Second, p.First.ElementType));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Fed.Concat(Inputs).Concat(Expected))
            tensor.Dispose();
    }

    private static VerificationCase? InEitherRange(ModuleTracer tracer, OnnxExportOptions options, long[] point, int round)
    {
        InputRange[] ranges = round % 2 == 0 ? [InputRange.AsExample, InputRange.Wide] : [InputRange.Wide, InputRange.AsExample];
        return ranges.Select(range => Attempt(tracer, options, point, round, range)).FirstOrDefault(sample => sample is not null);
    }

    private static VerificationCase? Attempt(ModuleTracer tracer, OnnxExportOptions options, long[] point, int round, InputRange range)
    {
        const int firstSeed = 1000; // Far from the seeds of the traces.
        var seed = firstSeed + round;
        var inputs = tracer.InputsAt(point, seed, range).ToList();
        var fed = inputs.ToList();
        if (options.Preprocessing is { } preprocessing)
        {
            using var replaced = inputs[0];
            fed[0] = RawPixels.Random(replaced.shape, preprocessing, seed);
            inputs[0] = RawPixels.Apply(fed[0], preprocessing).to(replaced.device);
        }

        try
        {
            var sample = Run(tracer, options, point, fed, inputs);
            if (sample.Expected.All(IsTelling))
                return sample;
            sample.Dispose();
            return null;
        }
        catch (Exception e) when (range == InputRange.Wide && e is not (OutOfMemoryException or OperationCanceledException))
        {
            // It takes no such numbers, and need not: they are none of the example's.
            return null;
        }
        catch (Exception e) when (e is not (ExportException or OutOfMemoryException or OperationCanceledException))
        {
            throw tracer.FailsAt(point, e);
        }
    }

    private static VerificationCase Run(ModuleTracer tracer, OnnxExportOptions options, long[] point, IReadOnlyList<Tensor> fed, IReadOnlyList<Tensor> inputs)
    {
        var expected = tracer.RunReal(inputs).ToList();
        if (options.ClassifierHead)
            expected.Add(nn.functional.softmax(expected[0], -1));
        return new VerificationCase(point, fed, inputs, expected);
    }

    // Values that are not a number agree in the same places, as infinities do; an output of little else proves nothing.
    private static bool IsTelling(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        if (!tensor.is_floating_point() || tensor.numel() == 0)
            return true;
        return tensor.isnan().sum().item<long>() * 2 <= tensor.numel() && tensor.isfinite().any().item<bool>();
    }
}
