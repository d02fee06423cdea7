using Microsoft.ML.OnnxRuntime;
using MLPipeline.Inference.Providers;
using MLPipeline.Inference.Tensors;

namespace MLPipeline.Inference;

/// <summary>
/// An ONNX model in ONNX Runtime: its signature, its metadata, and a way to run it. Safe to use from several threads
/// at once; disposing it while another thread runs it lets that run finish.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    private static readonly RunOptions DefaultRun = new();
    private readonly SessionLease _session;

    private OnnxModel(InferenceSession session, ExecutionProvider provider, string source, OnnxModelOptions options)
    {
        Source = source;
        Options = options;
        ProviderUsed = provider;
        Signature = SignatureReader.Read(session, source);
        Metadata = new Dictionary<string, string>(session.ModelMetadata.CustomMetadataMap);
        Labels = ModelMetadata.ReadLabels(Metadata, source);
        _session = new SessionLease(session);
    }

    /// <summary>The model's path, or the name its bytes were given; used in errors.</summary>
    public string Source { get; }

    /// <summary>What the model was loaded with.</summary>
    public OnnxModelOptions Options { get; }

    /// <summary>What the model takes and gives.</summary>
    public ModelSignature Signature { get; }

    /// <summary>Class names in the order of the model's outputs; empty when the file carries none.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The file's <c>metadata_props</c>, as they are; <see cref="ModelMetadata"/> knows the keys and parses the values.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Where the model really runs: <see cref="ExecutionProvider.Cpu"/> or <see cref="ExecutionProvider.Cuda"/>.</summary>
    public ExecutionProvider ProviderUsed { get; }

    /// <summary>The version of the native ONNX Runtime, for example <c>1.31.1</c>.</summary>
    public string RuntimeVersion { get; } = OrtFacts.Version();

    /// <summary>Loads a model from a file. Weights in external files are looked for beside it.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <exception cref="ModelLoadException">The file is missing, unreadable, not a model, or one this runtime cannot run.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static OnnxModel Load(string path, OnnxModelOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new ModelLoadException(path, "it is a folder; give the .onnx file in it.");
        if (!File.Exists(path))
            throw new ModelLoadException(path, $"there is no such file (looked in {Path.GetFullPath(path)}).");
        if (new FileInfo(path).Length == 0)
            throw new ModelLoadException(path, "the file is empty. Export it again, or fetch it again.");
        return Open(session => new InferenceSession(path, session), path, options);
    }

    /// <summary>Loads a model from memory. External weights are not found this way.</summary>
    /// <param name="model">The bytes of an <c>.onnx</c> file; not needed after the call.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <exception cref="ModelLoadException">The bytes are not a model, or one this runtime cannot run.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static OnnxModel Load(ReadOnlyMemory<byte> model, OnnxModelOptions? options = null, string name = "model")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (model.IsEmpty)
            throw new ModelLoadException(name, "there are no bytes.");
        return Open(session => new InferenceSession(model.ToArray(), session), name, options);
    }

    /// <summary>Runs the model once.</summary>
    /// <param name="inputs">Every declared input by name. The arrays are read in place and must not change during the call.</param>
    /// <param name="outputNames">The outputs wanted; null for all. Nodes that only feed others still run.</param>
    /// <returns>The wanted outputs by name, each in memory of its own.</returns>
    /// <exception cref="ArgumentException">A name, type or shape differs from the signature; the message has both sides.</exception>
    /// <exception cref="ModelRunException">ONNX Runtime failed.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public IReadOnlyDictionary<string, TensorValue> Run(
        IReadOnlyDictionary<string, TensorValue> inputs, IReadOnlyList<string>? outputNames = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        InputCheck.Check(Signature, inputs, Source);
        var wanted = outputNames ?? [.. Signature.Outputs.Select(output => output.Name)];
        foreach (var name in wanted)
            Signature.Output(name);
        return _session.Use(session => Run(session, inputs, wanted));
    }

    /// <summary>Releases ONNX Runtime's memory, once no run is under way.</summary>
    public void Dispose() => _session.Dispose();

    /// <summary>Lends the session for as long as <paramref name="action"/> runs.</summary>
    internal T Use<T>(Func<InferenceSession, T> action) => _session.Use(action);

    /// <summary>Runs the model over memory the caller keeps pinned; nothing is checked or copied.</summary>
    /// <exception cref="ModelRunException">ONNX Runtime failed.</exception>
    internal void RunInto(
        IReadOnlyCollection<string> inputNames, IReadOnlyCollection<OrtValue> inputs,
        IReadOnlyCollection<string> outputNames, IReadOnlyCollection<OrtValue> outputs) =>
        _session.Use(session =>
        {
            try
            {
                session.Run(DefaultRun, inputNames, inputs, outputNames, outputs);
                return true;
            }
            catch (OnnxRuntimeException error)
            {
                throw new ModelRunException(Source, error);
            }
        });

    private static OnnxModel Open(Func<SessionOptions, InferenceSession> open, string source, OnnxModelOptions? options)
    {
        var checkedOptions = (options ?? new OnnxModelOptions()).Validated();
        var (session, provider) = SessionFactory.Open(open, source, checkedOptions);
        try
        {
            return new OnnxModel(session, provider, source, checkedOptions);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private Dictionary<string, TensorValue> Run(
        InferenceSession session, IReadOnlyDictionary<string, TensorValue> inputs, IReadOnlyList<string> wanted)
    {
        var pinned = new List<PinnedTensor>(inputs.Count);
        try
        {
            foreach (var value in inputs.Values)
                pinned.Add(new PinnedTensor(value));
            using var outputs = session.Run(DefaultRun, [.. inputs.Keys], [.. pinned.Select(tensor => tensor.Value)], wanted);
            return wanted.Zip(outputs).ToDictionary(pair => pair.First, pair => TensorReader.Read(pair.Second));
        }
        catch (OnnxRuntimeException error)
        {
            throw new ModelRunException(Source, error);
        }
        finally
        {
            pinned.ForEach(tensor => tensor.Dispose());
        }
    }
}
