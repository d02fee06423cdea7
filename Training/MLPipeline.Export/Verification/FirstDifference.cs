using MLPipeline.Export.Building;
using MLPipeline.Export.Tracing;
using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Inference;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;
using static TorchSharp.torch;

namespace MLPipeline.Export.Verification;

/// <summary>Says where the numbers of a file and of its module part: every traced value becomes an output, and is compared in order.</summary>
/// <param name="tracer">The module.</param>
/// <param name="options">What the export was asked for.</param>
/// <param name="rebuild">Builds the graph as it was before the passes.</param>
/// <param name="written">The model whose outputs differ.</param>
internal sealed class FirstDifference(ModuleTracer tracer, OnnxExportOptions options, Func<NetworkGraph> rebuild, Model written)
{
    /// <summary>A sentence that names the first node whose value differs, or says what else is to blame.</summary>
    /// <param name="sample">The inputs the file failed on.</param>
    /// <param name="optimized">Whether ONNX Runtime's graph optimisations were on when it did.</param>
    public string Find(VerificationCase sample, bool optimized)
    {
        // The file is run with optimisations off first: if that went well, they are what differs.
        if (optimized)
            return "The same file agrees with graph optimisations off: ONNX Runtime's optimiser changes its results. Update ONNX Runtime, or try another opset.";
        try
        {
            return Search(sample);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or OperationCanceledException))
        {
            // That the numbers differ is what the caller must hear.
            return $"The first difference can't be found: {e.Message.Split('\n')[0]}";
        }
    }

    private string Search(VerificationCase sample)
    {
        var recorded = tracer.RunRecorded(sample.Inputs);
        try
        {
            var traced = rebuild();
            var values = ValuesOf(traced, recorded, sample);
            if (In(traced.Graph, values, sample) is { } conversion)
                return $"First difference: {conversion}.";
            if (In(written.Graph, values, sample) is { } pass)
                return $"The graph agrees before the graph passes and differs after them, first in {pass}. Please report this; FoldBatchNormalization = false may avoid it.";
            return "Every traced value agrees when it is an output of its own, so what ONNX Runtime does between them differs. Please report this.";
        }
        finally
        {
            foreach (var tensor in recorded.Values)
                tensor.Dispose();
        }
    }

    // What the recorder saw, in order, then what the caller gets: a pass may give the last node the output's name.
    private static List<(string Name, string Where, Tensor Expected)> ValuesOf(
        NetworkGraph traced, IReadOnlyDictionary<ValueOrigin, Tensor> recorded, VerificationCase sample) =>
    [
        .. traced.TracedValues().Where(v => recorded.ContainsKey(v.Origin) && TensorTransfer.IsComparable(recorded[v.Origin].dtype))
            .Select(v => (v.Name, v.Place.ToString(), recorded[v.Origin])),
        .. traced.Graph.Outputs.Select((output, i) => (output.Name, $"output '{output.Name}'", sample.Expected[i])),
    ];

    private string? In(Graph graph, IReadOnlyList<(string Name, string Where, Tensor Expected)> values, VerificationCase sample)
    {
        var watched = values.Where(v => graph.Producer(v.Name) is not null).ToList();
        using var file = PendingModel.At(Path.Combine(Path.GetTempPath(), "watched.onnx"));
        WriteWatched(file, graph, watched.Select(v => v.Name));
        using var session = OnnxModel.Load(file.Path, new OnnxModelOptions { GraphOptimizations = false });
        var actual = session.Run(sample.FeedsOf(session));
        foreach (var (name, where, expected) in watched)
        {
            if (Difference.Between(actual[name], expected, options.Tolerance.Times(sample.ToleranceFactor)).Fault is { } fault)
                return $"{graph.Producer(name)} at {where}: {fault}";
        }

        return null;
    }

    // The graph is a copy of our own making, or one that is thrown away: outputs may be added and taken back.
    private void WriteWatched(PendingModel file, Graph graph, IEnumerable<string> names)
    {
        var outputs = graph.Outputs.ToList();
        graph.Outputs.AddRange(names.Where(n => !graph.IsOutput(n)).Distinct().ToList().Select(n => graph.Info(n)!));
        try
        {
            var model = new Model(graph) { Opset = written.Opset, IrVersion = written.IrVersion };
            foreach (var (domain, version) in written.OtherOpsets)
                model.OtherOpsets[domain] = version;
            file.Write(model, options.ExternalData);
        }
        finally
        {
            graph.Outputs.RemoveRange(outputs.Count, graph.Outputs.Count - outputs.Count);
        }
    }
}
