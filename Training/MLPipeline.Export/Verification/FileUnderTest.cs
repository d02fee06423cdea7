using MLPipeline.Inference;
using static TorchSharp.torch;

namespace MLPipeline.Export.Verification;

/// <summary>An ONNX file in ONNX Runtime, with its graph optimisations off and on.</summary>
internal sealed class FileUnderTest : IDisposable
{
    private readonly OnnxModel _plain;
    private readonly OnnxModel _optimized;

    /// <summary>Loads a file.</summary>
    /// <exception cref="ExportException">ONNX Runtime can't load it.</exception>
    public FileUnderTest(string path)
    {
        Path = path;
        _plain = Loaded(optimized: false);
        try
        {
            _optimized = Loaded(optimized: true);
        }
        catch
        {
            _plain.Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What it takes and gives.</summary>
    public ModelSignature Signature => _plain.Signature;

    /// <summary>Runs it both ways and compares.</summary>
    /// <param name="comparison">What it is fed, and what it must give.</param>
    /// <param name="tolerance">How far the numbers may be apart.</param>
    /// <param name="cancellationToken">Stops between the two.</param>
    /// <exception cref="ExportException">It can't be run, or gives other numbers.</exception>
    public IReadOnlyList<VerifiedRun> Compare(Comparison comparison, Tolerance tolerance, CancellationToken cancellationToken)
    {
        var (inputs, expected, where) = comparison;
        if (inputs.Count != Signature.Inputs.Count || expected.Count != Signature.Outputs.Count)
        {
            throw new ExportException(
                $"'{Path}' takes {Signature.Inputs.Count} tensor(s) and gives {Signature.Outputs.Count}; here are {inputs.Count} to take and {expected.Count} to give ({where}).");
        }

        return [.. new[] { _plain, _optimized }.Select(session =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Compare(session, comparison, tolerance);
        })];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _plain.Dispose();
        _optimized.Dispose();
    }

    private VerifiedRun Compare(OnnxModel session, Comparison comparison, Tolerance tolerance)
    {
        var (inputs, expected, where) = comparison;
        var actual = Outputs(session, inputs, where);
        var differences = Signature.Outputs.Select((output, i) => (output.Name, Difference: Difference.Between(actual[output.Name], expected[i], tolerance))).ToList();
        if (differences.FirstOrDefault(d => d.Difference.Fault is not null) is { Name: { } name } wrong)
        {
            throw new ExportException(
                $"'{Path}' gives other numbers: output '{name}' ({where}, ONNX Runtime {session.RuntimeVersion} with graph optimisations "
                + $"{(session.Options.GraphOptimizations ? "on" : "off")}): {wrong.Difference.Fault}.");
        }

        return new VerifiedRun(
            comparison.Batch, session.Options.GraphOptimizations, differences.Max(d => d.Difference.MaxAbsolute), differences.Max(d => d.Difference.MaxRelative))
        {
            Lengths = comparison.Lengths,
        };
    }

    private IReadOnlyDictionary<string, TensorValue> Outputs(OnnxModel session, IReadOnlyList<Tensor> inputs, string where)
    {
        try
        {
            return session.Run(Signature.Inputs.Zip(inputs).ToDictionary(p => p.First.Name, p => TensorTransfer.ToValue(p.Second)));
        }
        catch (Exception e) when (e is ModelRunException or ArgumentException)
        {
            throw new ExportException($"ONNX Runtime can't run '{Path}' ({where}): {e.Message}", e);
        }
    }

    private OnnxModel Loaded(bool optimized)
    {
        try
        {
            return OnnxModel.Load(Path, new OnnxModelOptions { GraphOptimizations = optimized });
        }
        catch (ModelLoadException e)
        {
            throw new ExportException($"ONNX Runtime can't load '{Path}': {e.Message}", e);
        }
    }
}
