using MLPipeline.Export.Building;
using MLPipeline.Export.Tracing;
using MLPipeline.Inference;
using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Export.Verification;

/// <summary>
/// Runs a file in ONNX Runtime against the module it was made of, at several lengths of the symbolic axes, with the runtime's optimisations off
/// and on.
/// </summary>
/// <param name="tracer">The module.</param>
/// <param name="axes">Its symbolic axes.</param>
/// <param name="options">What the export was asked for.</param>
/// <param name="rebuild">Builds the graph again as it was before the passes, to look for the first difference in.</param>
internal sealed class Verifier(ModuleTracer tracer, SymbolicAxes axes, OnnxExportOptions options, Func<NetworkGraph> rebuild)
{
    private static readonly int[] Sizes = [1, 2, 7], FewSizes = [1, 3];
    private readonly ConstantOutputs _constant = new();
    private IReadOnlyList<string> _outputs = [];

    /// <summary>Loads a file into ONNX Runtime, with its graph optimisations or without.</summary>
    public Func<string, bool, OnnxModel> Load { get; init; } = (path, optimized) => OnnxModel.Load(path, new OnnxModelOptions { GraphOptimizations = optimized });

    /// <summary>What the comparisons so far do not show.</summary>
    public IReadOnlyList<string> Notes => [.. _constant.Found.Select(output => $"output {_outputs[output]} was the same for all inputs, so that comparing it proves little")];

    /// <summary>Verifies a file.</summary>
    /// <param name="path">The file, wherever it lies for now.</param>
    /// <param name="model">What is in it.</param>
    /// <param name="progress">Told of each comparison.</param>
    /// <param name="cancellationToken">Stops between comparisons.</param>
    /// <exception cref="ExportException">The file can't be run, or gives other numbers; names the first node whose value differs.</exception>
    public IReadOnlyList<VerifiedRun> Run(string path, Model model, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        using var plain = Loaded(path, model, optimized: false);
        using var optimized = Loaded(path, model, optimized: true);
        return Run([plain, optimized], model, progress, cancellationToken);
    }

    /// <summary>Verifies a model in which casts say where values are rounded to float16; the runtime's optimiser would take them away.</summary>
    /// <inheritdoc cref="Run(string, Model, IProgress{string}?, CancellationToken)"/>
    public IReadOnlyList<VerifiedRun> RunRounded(string path, Model model, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        using var plain = Loaded(path, model, optimized: false);
        return [.. Run([plain], model, progress, cancellationToken).Select(run => run with { EveryValueRounded = true })];
    }

    private List<VerifiedRun> Run(IReadOnlyList<OnnxModel> sessions, Model model, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        _outputs = [.. model.Graph.Outputs.Select(o => o.Name)];
        var runs = new List<VerifiedRun>();
        foreach (var (lengths, makeSample) in Samples())
        {
            progress?.Report(lengths.Length == 0 ? "verifying" : $"verifying at {lengths}");
            using var sample = makeSample();
            if (sample is null)
                continue;
            _constant.Add(sample.Expected);
            // As written, a large network is slow: it runs so once, and again where the optimised one is wrong.
            var skipped = sessions.Count > 1 && runs.Count > 0 && tracer.IsLarge ? sessions[0] : null;
            foreach (var session in sessions.Where(session => session != skipped))
            {
                cancellationToken.ThrowIfCancellationRequested();
                runs.Add(Compare(session, sample, model, skipped));
            }
        }

        return runs;
    }

    // Every batch size and every other length is seen, each as often as it takes; then the ends, and what the caller wants to see.
    private IEnumerable<(string Lengths, Func<VerificationCase?> Make)> Samples()
    {
        var rounds = Math.Max(axes.HasBatch ? BatchSizes.Count : 1, tracer.Plan.Rounds);
        for (var i = 0; i < rounds; i++)
        {
            var (point, round) = (PointOf(i), i);
            yield return (axes.Names.Count == 0 ? "" : axes.Describe(point), () => VerificationCase.Random(tracer, options, point, round));
        }

        foreach (var points in Ends())
            yield return (axes.Describe(points[0]), () => points.Select(point => VerificationCase.IfTaken(tracer, options, point, rounds)).FirstOrDefault(sample => sample is not null));

        for (var i = 0; i < options.VerificationInputs.Count; i++)
        {
            var given = options.VerificationInputs[i];
            yield return ($"VerificationInputs[{i}]", () => VerificationCase.Of(tracer, options, given));
        }
    }

    // Lengths that the module need not take, each in several versions. Batch sizes that the caller said are all there are.
    private IEnumerable<IReadOnlyList<long[]>> Ends()
    {
        if (tracer.Ends is not { } ends)
            return [];
        var points = ends.Points.Select(IReadOnlyList<long[]> (versions) => [.. versions.Select(point => axes.WithBatch(point, BatchSizes[0]))]);
        return ends.LargeBatch.Count > 0 && options.BatchSizes is null ? points.Append(ends.LargeBatch) : points;
    }

    private long[] PointOf(int round) => tracer.Plan.VerificationPoint(BatchSizes[round % BatchSizes.Count], round);

    private IReadOnlyList<int> BatchSizes => options.BatchSizes ?? (tracer.IsLarge ? FewSizes : Sizes);

    private VerifiedRun Compare(OnnxModel session, VerificationCase sample, Model model, OnnxModel? other = null)
    {
        var actual = OutputsOf(session, sample, model);
        var differences = model.Graph.Outputs.Select((o, i) => (o.Name, Difference: Difference.Between(actual[o.Name], sample.Expected[i], options.Tolerance.Times(sample.ToleranceFactor), sample.Stray))).ToList();
        if (differences.FirstOrDefault(d => d.Difference.Fault is not null) is { Name: { } name } wrong)
        {
            // Where the other session, which has not run yet, is wrong too, it tells more.
            if (other is not null)
                Compare(other, sample, model);
            var how = $"{Lengths(sample)}, ONNX Runtime {session.RuntimeVersion} with graph optimisations {(session.Options.GraphOptimizations ? "on" : "off")}";
            var cause = new FirstDifference(tracer, options, rebuild, model).Find(sample, session.Options.GraphOptimizations);
            throw Refusal(
                $"The exported file gives other numbers than the module, and was not written. Output '{name}' ({how}): {wrong.Difference.Fault}. {cause}{Traced()}", model, sample);
        }

        return new VerifiedRun(
            axes.BatchAt(sample.Point),
            session.Options.GraphOptimizations,
            differences.Max(d => d.Difference.MaxAbsolute),
            differences.Max(d => d.Difference.MaxRelative))
        {
            ToleranceFactor = sample.ToleranceFactor,
            Lengths = axes.Names.Zip(sample.Point).ToDictionary(p => p.First, p => p.Second),
        };
    }

    private IReadOnlyDictionary<string, TensorValue> OutputsOf(OnnxModel session, VerificationCase sample, Model model)
    {
        try
        {
            return session.Run(sample.FeedsOf(session));
        }
        catch (Exception e) when (e is ModelRunException or ArgumentException)
        {
            throw Refusal($"ONNX Runtime can't run the exported file ({Lengths(sample)}), and it was not written: {e.Message}{Traced()}", model, sample, e);
        }
    }

    private OnnxModel Loaded(string path, Model model, bool optimized)
    {
        try
        {
            return Load(path, optimized);
        }
        catch (ModelLoadException e)
        {
            using var sample = options.ReproFolder is null ? null : VerificationCase.Random(tracer, options, PointOf(0), 0);
            var remedy = model.OtherOpsets.Count == 0 ? "" : $" Where it lacks an operator of {string.Join(", ", model.OtherOpsets.Keys)}, set Verify to false and verify where that is registered.";
            throw Refusal($"ONNX Runtime can't load the exported file, and it was not written: {e.Message}{remedy}", model, sample, e);
        }
    }

    private ExportException Refusal(string message, Model model, VerificationCase? sample, Exception? cause = null)
    {
        if (options.ReproFolder is null || sample is null)
            return new ExportException(message, cause);
        return new ExportException($"{message} {Reproduction.Write(options.ReproFolder, model, sample, message)}", cause);
    }

    // Where a length is not what it was taken for, this is where it came from.
    private string Traced() => axes.HasOtherThanBatch ? $" (Traced at {string.Join("; ", tracer.Plan.Traced.Select(axes.Describe))}.)" : "";

    private string Lengths(VerificationCase sample) => axes.Names.Count == 0 ? "fixed shape" : axes.Describe(sample.Point);
}
