using System.Reflection;
using MLPipeline.Export.Building;
using MLPipeline.Export.Converters;
using MLPipeline.Export.Tracing;
using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Export.Verification;
using MLPipeline.Export.Writing;
using MLPipeline.Inference;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes;
using MLPipeline.Onnx.Precision;
using MLPipeline.Onnx.Serialization;
using static TorchSharp.torch;

namespace MLPipeline.Export;

/// <summary>One export, step by step.</summary>
internal sealed class ExportJob(
    nn.Module module, ModuleCall call, OnnxExportOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
{
    private static readonly string Exporter = $"MLPipeline.Export {typeof(ExportJob).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]}";

    /// <summary>Runs it.</summary>
    public ExportReport Run(string path)
    {
        using var scope = NewDisposeScope();
        using var file = WriteErrors.Explained(path, () => PendingModel.At(path));
        var shapes = call.Arguments.Tensors.Select(e => e.shape).ToList();
        var axes = new SymbolicAxes(shapes, options.DynamicAxes ?? SymbolicAxes.BatchOf(shapes), options.DynamicAxisSizes);
        var tracer = new ModuleTracer(module, call, axes) { Custom = new CustomConverters(options.Converters), Progress = progress, Cancellation = cancellationToken };
        var clock = new StepClock();

        Step("tracing");
        var program = tracer.Run();
        var halfAt = options.HasTolerance ? null : FirstHalf(program);
        if (halfAt is not null)
            options = options with { Tolerance = Tolerance.Half };
        var traceSeconds = clock.Lap();

        Step("converting");
        var states = new ModuleIndex(module).States.ToDictionary(s => s.Key, s => s.Tensor);
        var network = NetworkGraph.Of(program, axes, states, options);
        var model = ModelOf(network);
        var nodesBefore = model.Graph.Nodes.Count;
        var passes = GraphPasses.Run(model.Graph, new PassOptions { Opset = options.Opset, FoldBatchNormalization = options.FoldBatchNormalization });
        var half = options.Precision == ExportPrecision.Float16 ? ToHalf(model.Graph) : null;
        var convertSeconds = clock.Lap();

        Step("writing");
        WriteErrors.Explained(path, () => file.Write(model, options.ExternalData));
        var writeSeconds = clock.Lap();

        var verifier = new Verifier(tracer, axes, options, () => NetworkGraph.Of(program, axes, states, options));
        var runs = options.Verify ? verifier.Run(file.Path, model, progress, cancellationToken) : [];
        if (options.Verify && half is not null)
            runs = [.. runs, .. RoundedRuns(verifier, model)];
        var seconds = new ExportTimings(traceSeconds, convertSeconds, writeSeconds, clock.Lap());

        cancellationToken.ThrowIfCancellationRequested();
        var bytes = file.Bytes;
        WriteErrors.Explained(path, file.Keep);
        return Report(file.Files, bytes, model, nodesBefore, passes, runs, seconds) with
        {
            HalfPrecision = half,
            Notes = [.. halfAt is null ? [] : (string[])[$"{halfAt} holds float16, so that the whole file was compared at the tolerance for it; set Tolerance to ask for more"], .. verifier.Notes],
            SymbolicAxes = [.. axes.Names.Select((name, symbol) => new SymbolicAxis(name, [.. tracer.Plan.Traced.Select(p => p[symbol]).Distinct().Order()]))],
        };
    }

    private void Step(string name)
    {
        cancellationToken.ThrowIfCancellationRequested();
        progress?.Report(name);
    }

    // Where the module itself computes in float16, for the report; null when it does so nowhere.
    private static string? FirstHalf(TracedProgram program)
    {
        if (program.Inputs.Any(IsHalf))
            return "an input";
        return program.Calls.FirstOrDefault(c => c.Results.Any(IsHalf)) is { } call ? $"{call.Method} at {call.Place}" : null;

        static bool IsHalf(TracedValue value) => value.Type is ScalarType.Float16 or ScalarType.BFloat16;
    }

    // The CPU that verifies runs float16 nodes in float32 and rounds as seldom as it can; hardware with float16 rounds every value.
    private IEnumerable<VerifiedRun> RoundedRuns(Verifier verifier, Model model)
    {
        var rounded = new Model(HalfPrecision.WithRounding(model.Graph)) { Opset = model.Opset, IrVersion = model.IrVersion };
        foreach (var (domain, version) in model.OtherOpsets)
            rounded.OtherOpsets[domain] = version;
        using var file = PendingModel.At(Path.Combine(Path.GetTempPath(), "rounded.onnx"));
        WriteErrors.Explained(file.Path, () => file.Write(rounded, options.ExternalData));
        return verifier.RunRounded(file.Path, rounded, progress, cancellationToken);
    }

    private HalfPrecisionReport ToHalf(Graph graph)
    {
        try
        {
            return HalfPrecision.Convert(graph, options.KeepInputsAndOutputsFloat32);
        }
        catch (NotSupportedException e)
        {
            throw new ExportException(e.Message, e);
        }
    }

    private Model ModelOf(NetworkGraph network)
    {
        var model = new Model(network.Graph) { Opset = options.Opset, IrVersion = IrVersions.For(options.Opset), ProducerVersion = Exporter.Split(' ')[1] };
        foreach (var (domain, version) in network.Domains)
            model.OtherOpsets[domain] = version;
        model.Metadata[ModelMetadata.ExporterKey] = Exporter;
        if (options.ModelName is not null)
            model.Metadata[ModelMetadata.ModelKey] = options.ModelName;
        if (options.Labels is not null)
            model.Metadata[ModelMetadata.LabelsKey] = ModelMetadata.FormatLabels(options.Labels);
        if (options.Preprocessing is not null)
            model.Metadata[ModelMetadata.PreprocessingKey] = options.Preprocessing.ToJson();
        foreach (var (key, value) in options.Metadata)
            model.Metadata[key] = value;
        return model;
    }

    private ExportReport Report(
        IReadOnlyList<string> files, long bytes, Model model, int nodesBefore, PassReport passes, IReadOnlyList<VerifiedRun> runs, ExportTimings seconds) =>
        new()
        {
            Path = files[0],
            Files = files,
            Bytes = bytes,
            Opset = model.Opset,
            Inputs = [.. model.Graph.Inputs.Select(i => $"{i.Name}: {i.TypeText}")],
            Outputs = [.. model.Graph.Outputs.Select(o => $"{o.Name}: {o.TypeText}")],
            NodesBefore = nodesBefore,
            NodesAfter = model.Graph.Nodes.Count,
            Operators = model.Graph.Nodes.GroupBy(n => n.OpType).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).ToDictionary(g => g.Key, g => g.Count()),
            Parameters = model.Graph.Initializers.Values.Sum(t => t.Count),
            FoldedBatchNormalizations = passes.FoldedBatchNormalizations.Count,
            FoldedBatchNormalizationNames = [.. passes.FoldedBatchNormalizations],
            KeptBatchNormalizations = Kept(model.Graph, passes),
            Verification = runs,
            Tolerance = options.Tolerance,
            Seconds = seconds,
        };

    private IReadOnlyList<KeptBatchNormalization> Kept(Graph graph, PassReport passes) => options.FoldBatchNormalization
        ? [.. passes.KeptBatchNormalizations.Select(r => new KeptBatchNormalization(r.SourcePath ?? r.Node, r.Text))]
        : [.. graph.Nodes.Where(n => n.OpType == "BatchNormalization").Select(n => new KeptBatchNormalization(n.SourcePath ?? n.Name, "folding is switched off"))];
}
