using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace MLPipeline.Benchmarks.Measuring;

/// <summary>A file in ONNX Runtime, its input and output in place: a run allocates nothing of ours.</summary>
internal sealed class Session : IDisposable
{
    private static readonly RunOptions Run = new();
    private readonly InferenceSession _session;
    private readonly OrtValue _input;
    private readonly OrtValue _output;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;

    /// <summary>Opens a file of one input and one output.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads inside an operator; 0 is ONNX Runtime's own choice.</param>
    /// <param name="pixels">The input's elements.</param>
    /// <param name="shape">Its axes.</param>
    /// <param name="classes">Length of the output's rows.</param>
    public Session(string path, int threads, float[] pixels, long[] shape, int classes)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        _session = new InferenceSession(path, options);
        _inputNames = [.. _session.InputMetadata.Keys];
        _outputNames = [.. _session.OutputMetadata.Keys];
        _input = OrtValue.CreateTensorValueFromMemory(pixels, shape);
        Output = new float[shape[0] * classes];
        _output = OrtValue.CreateTensorValueFromMemory(Output, [shape[0], classes]);
    }

    /// <summary>What the last run gave.</summary>
    public float[] Output { get; }

    /// <summary>Runs the file some times.</summary>
    /// <returns>Seconds for one run.</returns>
    public double Measure(int runs)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < runs; i++)
            _session.Run(Run, _inputNames, [_input], _outputNames, [_output]);
        return Stopwatch.GetElapsedTime(started).TotalSeconds / runs;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _input.Dispose();
        _output.Dispose();
        _session.Dispose();
    }
}
