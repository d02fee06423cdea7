using MLPipeline.Export.Tracing;
using MLPipeline.Inference;
using static TorchSharp.torch;

namespace MLPipeline.Export.Verification;

/// <summary>Compares a file with a module that it may or may not be of. The module is run and not traced.</summary>
internal sealed class ModuleComparison(nn.Module module, IReadOnlyList<Tensor> examples, OnnxExportOptions options)
{
    private static readonly int[] Sizes = [1, 2, 7];

    /// <summary>Runs both.</summary>
    /// <exception cref="ExportException">The file takes or gives something else than the module, or other numbers.</exception>
    public IReadOnlyList<VerifiedRun> Run(FileUnderTest file, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var axes = new SymbolicAxes([.. examples.Select(e => e.shape)], AxesOf(file), options.DynamicAxisSizes);
        var tracer = new ModuleTracer(module, examples, axes) { Cancellation = cancellationToken };
        using var state = new ModuleState(module, parameters: true);
        var plan = new LengthPlan(axes, point => Failure(tracer, point));
        var sizes = options.BatchSizes ?? Sizes;
        var rounds = Math.Max(axes.HasBatch ? sizes.Count : 1, plan.Rounds);
        var runs = new List<VerifiedRun>();
        for (var round = 0; round < rounds; round++)
        {
            var point = plan.VerificationPoint(sizes[round % sizes.Count], round);
            progress?.Report($"comparing at {axes.Describe(point)}");
            using var sample = VerificationCase.Random(tracer, options, point, round);
            runs.AddRange(Compare(sample, axes.Describe(point)));
        }

        for (var i = 0; i < options.VerificationInputs.Count; i++)
        {
            using var sample = VerificationCase.Of(tracer, options, options.VerificationInputs[i]);
            runs.AddRange(Compare(sample, $"VerificationInputs[{i}]"));
        }

        return runs;

        IReadOnlyList<VerifiedRun> Compare(VerificationCase sample, string where) => file.Compare(
            new Comparison(sample.Fed, sample.Expected, where)
            {
                Batch = axes.BatchAt(sample.Point),
                Lengths = axes.Names.Zip(sample.Point).ToDictionary(p => p.First, p => p.Second),
            },
            options.Tolerance,
            cancellationToken);
    }

    // What the file leaves open; two axes of one name have one length.
    private Dictionary<int, IReadOnlyDictionary<int, string>> AxesOf(FileUnderTest file)
    {
        var inputs = file.Signature.Inputs;
        if (inputs.Count != examples.Count)
            throw new ExportException($"'{file.Path}' takes {inputs.Count} tensor(s); there are {examples.Count} example input(s).");
        for (var i = 0; i < inputs.Count; i++)
            CheckInput(file.Path, inputs[i], examples[i]);
        return Enumerable.Range(0, inputs.Count).ToDictionary(i => i, IReadOnlyDictionary<int, string> (i) => inputs[i].Shape
            .Select((length, axis) => (length, axis)).Where(a => !a.length.IsFixed).ToDictionary(a => a.axis, a => a.length.Symbol ?? $"axis {a.axis} of {inputs[i].Name}"));
    }

    // Raw pixels have another layout and range than what the module takes.
    private void CheckInput(string path, TensorSignature input, Tensor example)
    {
        if (options.Preprocessing is null && !input.Accepts(example.shape))
            throw new ExportException($"'{path}' takes {input}; the example is {example.dtype} [{string.Join(',', example.shape)}].");
    }

    private static string? Failure(ModuleTracer tracer, long[] point)
    {
        using var scope = NewDisposeScope();
        try
        {
            tracer.RunReal(tracer.InputsAt(point, seed: 0));
            return null;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or OperationCanceledException))
        {
            return e.Message.Split('\n')[0];
        }
    }
}
