using MLPipeline.Export.Building;
using MLPipeline.Export.Tracing;
using MLPipeline.Inference;
using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Export.Verification;

/// <summary>Runs a file in ONNX Runtime against the module it was made of, at several batch sizes, with the runtime's optimisations off and on.</summary>
/// <param name="tracer">The module.</param>
/// <param name="axes">Its symbolic axes.</param>
/// <param name="options">What the export was asked for.</param>
/// <param name="rebuild">Builds the graph again as it was before the passes, to look for the first difference in.</param>
internal sealed class Verifier(ModuleTracer tracer, SymbolicAxes axes, OnnxExportOptions options, Func<NetworkGraph> rebuild)
{
    /// <summary>Verifies a file.</summary>
    /// <param name="path">The file, wherever it lies for now.</param>
    /// <param name="model">What is in it.</param>
    /// <param name="progress">Told of each comparison.</param>
    /// <param name="cancellationToken">Stops between comparisons.</param>
    /// <exception cref="ExportException">The file can't be run, or gives other numbers; names the first node whose value differs.</exception>
    public IReadOnlyList<VerifiedRun> Run(string path, Model model, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        using var plain = Load(path, optimized: false);
        using var optimized = Load(path, optimized: true);
        var runs = new List<VerifiedRun>();
        IReadOnlyList<int> sizes = axes.HasBatch ? options.BatchSizes : [0];
        var rounds = Math.Max(sizes.Count, tracer.Plan.Rounds);
        for (var round = 0; round < rounds; round++)
        {
            var size = sizes[round % sizes.Count];
            progress?.Report(size == 0 ? "verifying" : $"verifying at batch {size}");
            using var sample = VerificationCase.Run(tracer, options, size, round);
            foreach (var session in (OnnxModel[])[plain, optimized])
            {
                cancellationToken.ThrowIfCancellationRequested();
                runs.Add(Compare(session, sample, model));
            }
        }

        return runs;
    }

    private VerifiedRun Compare(OnnxModel session, VerificationCase sample, Model model)
    {
        var actual = OutputsOf(session, sample);
        var differences = model.Graph.Outputs.Select((o, i) => (o.Name, Difference: Difference.Between(actual[o.Name], sample.Expected[i], options.Tolerance))).ToList();
        if (differences.FirstOrDefault(d => d.Difference.Fault is not null) is { Name: { } name } wrong)
        {
            var how = $"{Batch(sample)}, ONNX Runtime {session.RuntimeVersion} with graph optimisations {(session.Options.GraphOptimizations ? "on" : "off")}";
            var cause = new FirstDifference(tracer, options, rebuild, model).Find(sample, session.Options.GraphOptimizations);
            throw new ExportException(
                $"The exported file gives other numbers than the module, and was not written. Output '{name}' ({how}): {wrong.Difference.Fault}. {cause}");
        }

        return new VerifiedRun(
            sample.Batch,
            session.Options.GraphOptimizations,
            differences.Max(d => d.Difference.MaxAbsolute),
            differences.Max(d => d.Difference.MaxRelative));
    }

    private static IReadOnlyDictionary<string, TensorValue> OutputsOf(OnnxModel session, VerificationCase sample)
    {
        try
        {
            return session.Run(sample.FeedsOf(session));
        }
        catch (Exception e) when (e is ModelRunException or ArgumentException)
        {
            throw new ExportException($"ONNX Runtime can't run the exported file ({Batch(sample)}), and it was not written: {e.Message}", e);
        }
    }

    private static OnnxModel Load(string path, bool optimized)
    {
        try
        {
            return OnnxModel.Load(path, new OnnxModelOptions { GraphOptimizations = optimized });
        }
        catch (ModelLoadException e)
        {
            throw new ExportException($"ONNX Runtime can't load the exported file, and it was not written: {e.Message}", e);
        }
    }

    private static string Batch(VerificationCase sample) => sample.Batch == 0 ? "fixed shape" : $"batch {sample.Batch}";
}
