using Microsoft.ML.OnnxRuntime;

namespace MLPipeline.Inference.Scoring;

/// <summary>
/// Room for one batch on its way through a model: input and outputs in memory that ONNX Runtime reads and writes in
/// place, used again for every batch. One thread at a time.
/// </summary>
internal sealed class ScoringLane : IDisposable
{
    private readonly OnnxModel _model;
    private readonly ClassifierSignature _signature;
    private readonly string[] _inputNames;
    private readonly float[] _input;
    private readonly float[][] _outputs;
    private BoundBatch? _bound;

    /// <summary>Reserves room.</summary>
    /// <param name="model">The model to run.</param>
    /// <param name="signature">Its input and outputs.</param>
    /// <param name="capacity">The most rows of one batch.</param>
    public ScoringLane(OnnxModel model, ClassifierSignature signature, int capacity)
    {
        _model = model;
        _signature = signature;
        _inputNames = [signature.Input.Name];
        _input = new float[checked(capacity * signature.RowLength)];
        _outputs = [.. signature.OutputNames.Select(_ => new float[checked(capacity * signature.Classes)])];
    }

    /// <summary>Where the next batch's first rows go.</summary>
    public Span<float> Rows(int count) => _input.AsSpan(0, count * _signature.RowLength);

    /// <summary>Runs the rows written to <see cref="Rows"/>.</summary>
    /// <param name="count">How many there are. A model with a fixed batch runs whole batches; what fills one up is ignored.</param>
    public void Run(int count)
    {
        var rows = _signature.FixedBatch ?? count;
        if (_bound?.Rows != rows)
        {
            _bound?.Dispose();
            _bound = new BoundBatch(rows, _input, _outputs, _signature);
        }
        _model.RunInto(_inputNames, [_bound.Input], _signature.OutputNames, _bound.Outputs);
    }

    /// <summary>The logits of the last run's first rows; empty when the model has none.</summary>
    public ReadOnlySpan<float> Logits(int count) => _signature.Logits is null ? [] : _outputs[0].AsSpan(0, count * _signature.Classes);

    /// <summary>The probabilities of the last run's first rows; empty when the model has none.</summary>
    public ReadOnlySpan<float> Probabilities(int count) =>
        _signature.Probabilities is null ? [] : _outputs[^1].AsSpan(0, count * _signature.Classes);

    public void Dispose() => _bound?.Dispose();

    /// <summary>ONNX Runtime's view of the arrays for one batch size. It pins them until it is disposed.</summary>
    private sealed class BoundBatch(int rows, float[] input, float[][] outputs, ClassifierSignature signature) : IDisposable
    {
        public int Rows { get; } = rows;

        public OrtValue Input { get; } = View(input, [rows, .. signature.Input.Shape.Skip(1).Select(axis => axis.Value!.Value)]);

        public OrtValue[] Outputs { get; } = [.. outputs.Select(output => View(output, [rows, signature.Classes]))];

        public void Dispose()
        {
            Input.Dispose();
            foreach (var output in Outputs)
                output.Dispose();
        }

        private static OrtValue View(float[] data, long[] shape) =>
            OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, data.AsMemory(0, checked((int)shape.Aggregate((product, size) => product * size))), shape);
    }
}
