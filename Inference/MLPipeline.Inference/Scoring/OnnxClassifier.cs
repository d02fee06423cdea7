using MLPipeline.Inference.Evaluation;

namespace MLPipeline.Inference.Scoring;

/// <summary>
/// A model that says which class a row belongs to, scored in batches on several lanes. Safe to use from several threads
/// at once. Rows are what the model's input takes without the batch axis, for example 28x28 pixels.
/// </summary>
public sealed class OnnxClassifier : IDisposable
{
    private readonly bool _ownsModel;
    private readonly ClassifierSignature _signature;
    private readonly BatchSchedule _schedule;
    private readonly LanePool _lanes;

    /// <summary>Scores with a model that stays the caller's: dispose it after this.</summary>
    /// <param name="model">The model; best loaded with <see cref="OnnxModelOptions.OneThreadPerRun"/>.</param>
    /// <param name="options">How to score; null for the defaults.</param>
    /// <exception cref="ModelLoadException">The model is no classifier; the message says what is missing.</exception>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public OnnxClassifier(OnnxModel model, OnnxClassifierOptions? options = null)
        : this(model, (options ?? new OnnxClassifierOptions()).Validated(), ownsModel: false)
    {
    }

    private OnnxClassifier(OnnxModel model, OnnxClassifierOptions options, bool ownsModel)
    {
        ArgumentNullException.ThrowIfNull(model);
        _ownsModel = ownsModel;
        Model = model;
        _signature = ClassifierSignature.Find(model, options);
        BatchSize = _signature.FixedBatch ?? options.BatchSize;
        Lanes = options.Lanes > 0 ? options.Lanes : model.ProviderUsed == ExecutionProvider.Cpu ? Environment.ProcessorCount : 1;
        _schedule = new BatchSchedule(BatchSize, Lanes);
        _lanes = new LanePool(() => new ScoringLane(model, _signature, BatchSize));
    }

    /// <summary>The model behind it.</summary>
    public OnnxModel Model { get; }

    /// <summary>The input: name, type and shape.</summary>
    public TensorSignature Input => _signature.Input;

    /// <summary>Values in one row.</summary>
    public int RowLength => _signature.RowLength;

    /// <summary>The class names, in the order of the scores; the class numbers when the file has none.</summary>
    public IReadOnlyList<string> Labels => _signature.Labels;

    /// <summary>Whether the model itself has probabilities; otherwise they are computed from its logits.</summary>
    public bool HasProbabilitiesOutput => _signature.Probabilities is not null;

    /// <summary>Rows in one run.</summary>
    public int BatchSize { get; }

    /// <summary>Batches under way at once, for each call.</summary>
    public int Lanes { get; }

    /// <summary>Loads a classifier from a file.</summary>
    /// <param name="path">The <c>.onnx</c> file.</param>
    /// <param name="options">How to load and score; null for the defaults.</param>
    /// <exception cref="ModelLoadException">The file cannot be loaded, or is no classifier.</exception>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public static OnnxClassifier Load(string path, OnnxClassifierOptions? options = null)
    {
        var validated = (options ?? new OnnxClassifierOptions()).Validated();
        var model = OnnxModel.Load(path, validated.Model);
        try
        {
            return new OnnxClassifier(model, validated, ownsModel: true);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Scores rows.</summary>
    /// <param name="rows">Row after row, <see cref="RowLength"/> values each; must not change during the call.</param>
    /// <param name="cancellation">Looked at before each batch.</param>
    /// <exception cref="ArgumentException">The values do not make whole rows.</exception>
    /// <exception cref="ModelRunException">ONNX Runtime failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public ClassScores Score(ReadOnlyMemory<float> rows, CancellationToken cancellation = default) =>
        Score(rows.Length, (first, destination) => rows.Span.Slice(first, destination.Length).CopyTo(destination), cancellation);

    /// <summary>Scores rows of bytes, for example pixels from 0 to 255: each is fed as that number.</summary>
    /// <inheritdoc cref="Score(ReadOnlyMemory{float}, CancellationToken)"/>
    public ClassScores Score(ReadOnlyMemory<byte> rows, CancellationToken cancellation = default) =>
        Score(rows.Length, (first, destination) => Widen(rows.Span.Slice(first, destination.Length), destination), cancellation);

    /// <summary>Scores one row into the caller's memory, on the caller's thread.</summary>
    /// <param name="row">One row, <see cref="RowLength"/> values.</param>
    /// <param name="probabilities">Receives one probability per class.</param>
    /// <exception cref="ArgumentException">A length is not what the model wants.</exception>
    /// <exception cref="ModelRunException">ONNX Runtime failed.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public void ScoreRow(ReadOnlySpan<float> row, Span<float> probabilities)
    {
        if (row.Length != RowLength)
            throw new ArgumentException($"The model '{Model.Source}' wants rows of {RowLength} values ({Input}); got {row.Length}.", nameof(row));
        if (probabilities.Length != Labels.Count)
            throw new ArgumentException($"The model '{Model.Source}' has {Labels.Count} classes; there is room for {probabilities.Length}.", nameof(probabilities));
        var lane = _lanes.Rent();
        try
        {
            row.CopyTo(lane.Rows(1));
            lane.Run(1);
            ReadProbabilities(lane, 1, probabilities);
        }
        finally
        {
            _lanes.Return(lane);
        }
    }

    /// <summary>Releases the lanes, and the model if <see cref="Load"/> opened it, once no run is under way.</summary>
    public void Dispose()
    {
        _lanes.Dispose();
        if (_ownsModel)
            Model.Dispose();
    }

    private delegate void RowSource(int first, Span<float> destination);

    private ClassScores Score(int length, RowSource source, CancellationToken cancellation)
    {
        if (length % RowLength != 0)
            throw new ArgumentException($"The model '{Model.Source}' wants rows of {RowLength} values ({Input}); {length} values do not make whole rows.");
        var count = length / RowLength;
        var probabilities = new float[checked(count * Labels.Count)];
        var logits = _signature.Logits is null ? [] : new float[probabilities.Length];
        _schedule.Run(count, _lanes, Batch, cancellation);
        return new ClassScores(Labels, count, probabilities, logits);

        void Batch(ScoringLane lane, int first, int rows)
        {
            source(first * RowLength, lane.Rows(rows));
            lane.Run(rows);
            ReadProbabilities(lane, rows, probabilities.AsSpan(first * Labels.Count, rows * Labels.Count));
            lane.Logits(rows).CopyTo(logits.AsSpan(logits.Length == 0 ? 0 : first * Labels.Count));
        }
    }

    private static void Widen(ReadOnlySpan<byte> values, Span<float> destination)
    {
        for (var i = 0; i < values.Length; i++)
            destination[i] = values[i];
    }

    private void ReadProbabilities(ScoringLane lane, int rows, Span<float> destination)
    {
        if (HasProbabilitiesOutput)
        {
            lane.Probabilities(rows).CopyTo(destination);
            return;
        }
        for (var row = 0; row < rows; row++)
            Softmax.Apply(lane.Logits(rows).Slice(row * Labels.Count, Labels.Count), destination.Slice(row * Labels.Count, Labels.Count));
    }
}
