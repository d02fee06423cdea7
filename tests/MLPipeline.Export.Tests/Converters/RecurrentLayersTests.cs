using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Recurrent layers: axis 0 is the time where the batch does not come first, so that its length is symbolic.</summary>
public class RecurrentLayersTests
{
    private static readonly Dictionary<string, OperatorCase> Cases = new()
    {
        ["lstm over a symbolic time"] = Lstm(() => LSTM(3, 4), 2, 3, 3),
        ["lstm of a symbolic batch"] = Lstm(() => LSTM(3, 4, batchFirst: true), 2, 5, 3),
        ["lstm of both"] = Lstm(() => LSTM(3, 4, batchFirst: true), 2, 5, 3) with { Axes = BatchAndTime },
        ["lstm of two layers, both ways"] = Lstm(() => LSTM(3, 4, numLayers: 2, bidirectional: true), 3, 2, 3),
        ["lstm of two layers, both ways, batch first, no bias"] = Lstm(() => LSTM(3, 4, numLayers: 2, bidirectional: true, bias: false, batchFirst: true), 2, 5, 3) with { Axes = BatchAndTime },
        ["lstm with dropout between layers, off"] = Lstm(() => LSTM(3, 4, numLayers: 2, dropout: 0.5), 3, 2, 3),
        ["lstm with states"] = OperatorCase.Module(
            () => Holding.Of(LSTM(3, 4, numLayers: 2, batchFirst: true), (m, x) => Three(m.call(x, (States(x, 2), States(x, 2) * 2)))), [2, 5, 3]),
        ["gru over a symbolic time"] = Gru(() => GRU(3, 4), 2, 3, 3),
        ["gru of two layers, both ways, batch first"] = Gru(() => GRU(3, 4, numLayers: 2, bidirectional: true, batchFirst: true), 2, 5, 3) with { Axes = BatchAndTime },
        ["gru without bias"] = Gru(() => GRU(3, 4, bias: false), 2, 3, 3),
        ["gru with states"] = OperatorCase.Module(
            () => Holding.Of(GRU(3, 4, bidirectional: true, batchFirst: true), (m, x) => Two(m.call(x, States(x, 2)))), [2, 5, 3]),
        ["rnn of tanh"] = Rnn(() => RNN(3, 4), 2, 3, 3),
        ["rnn of relu"] = Rnn(() => RNN(3, 4, nonLinearity: NonLinearities.ReLU), 2, 3, 3),
        ["rnn of relu, two layers, both ways, batch first, no bias"] =
            Rnn(() => RNN(3, 4, numLayers: 2, nonLinearity: NonLinearities.ReLU, bidirectional: true, bias: false, batchFirst: true), 2, 5, 3) with { Axes = BatchAndTime },
        ["rnn with states"] = OperatorCase.Module(
            () => Holding.Of(RNN(3, 4, numLayers: 2, batchFirst: true), (m, x) => Two(m.call(x, States(x, 2)))), [2, 5, 3]),
        ["lstm that nobody registered"] = Of(LSTM(3, 4), (m, x) => m.call(x).Item1),
        ["lstm called twice"] = OperatorCase.Module(() => Holding.Of(LSTM(3, 3), (m, x) => [m.call(m.call(x).Item1).Item1]), [2, 3, 3]),
        ["lstm with a hook"] = OperatorCase.Module(() => Holding.Of(Hooked(LSTM(3, 4)), (m, x) => [m.call(x).Item1]), [2, 3, 3]),
        ["lstm cell with states, no bias"] = OperatorCase.Module(
            () => Holding.Of(LSTMCell(3, 4, bias: false), (m, x) => Two(m.call(x, (State(x), State(x) * 2)))), [2, 3]),
        ["lstm cell stepped twice"] = OperatorCase.Module(() => Holding.Of(LSTMCell(3, 4), (m, x) => Steps(m, [x, x / 2])), [2, 3]),
        ["gru cell"] = OperatorCase.Module(() => Holding.Of(GRUCell(3, 4), (m, x) => [m.forward(x, null)]), [2, 3]),
        ["gru cell with a state"] = OperatorCase.Module(() => Holding.Of(GRUCell(3, 4, bias: false), (m, x) => [m.call(x, State(x))]), [2, 3]),
        ["rnn cell"] = OperatorCase.Module(() => Holding.Of(RNNCell(3, 4), (m, x) => [m.forward(x)]), [2, 3]),
        ["rnn cell of relu with a state"] = OperatorCase.Module(
            () => Holding.Of(RNNCell(3, 4, NonLinearities.ReLU), (m, x) => [m.call(x, State(x))]), [2, 3]),
    };

    public static TheoryData<string, int> CasesAndOpsets => OperatorCase.AtBothOpsets(Cases.Keys);

    [Theory]
    [MemberData(nameof(CasesAndOpsets))]
    public void Recurrence_gives_the_module_s_states(string name, int opset) => Cases[name].Check(opset);

    [Fact]
    public void Export_refuses_a_network_whose_activation_can_not_be_told()
    {
        using var folder = new ExportFolder();
        using var rnn = RNN(3, 4);
        foreach (var parameter in rnn.parameters())
            init.zeros_(parameter);
        using var module = Holding.Of(rnn, (m, x) => Two(m.call(x)));
        using var example = ExportFolder.Example(2, 3, 3);

        Assert.Contains("tanh or relu", Assert.Single(Assert.Throws<ExportException>(() => folder.Export(module, [example])).Problems));
    }

    [Fact]
    public void Export_refuses_doubles_that_the_runtime_would_not_run()
    {
        using var folder = new ExportFolder();
        using var module = Holding.Of(LSTM(3, 4, dtype: ScalarType.Float64), (m, x) => Three(m.call(x)));
        using var example = ExportFolder.Example(2, 3, 3).to(ScalarType.Float64);

        Assert.Contains("Float32 only", Assert.Single(Assert.Throws<ExportException>(() => folder.Export(module, [example])).Problems));
    }

    [Fact]
    public void Export_refuses_layers_that_drop_elements_since_nobody_registered_them()
    {
        using var folder = new ExportFolder();
        using var lstm = LSTM(3, 4, numLayers: 2, dropout: 0.5);
        using var module = new Of((_, x) => lstm.call(x).Item1);
        using var example = ExportFolder.Example(2, 3, 3);

        var e = Assert.Throws<ExportException>(() => folder.Export(module, [example], new OnnxExportOptions { Verify = false }));

        Assert.Contains("training mode", Assert.Single(e.Problems));
    }

    [Fact]
    public void Export_refuses_packed_sequences()
    {
        using var folder = new ExportFolder();
        using var lengths = tensor(new long[] { 3, 2 });
        using var module = Holding.Of(LSTM(3, 4), (m, x) =>
        {
            using var packed = nn.utils.rnn.pack_padded_sequence(x, lengths);
            return [m.call(packed).Item2];
        });
        using var example = ExportFolder.Example(3, 2, 3);

        var e = Assert.Throws<ExportException>(() => folder.Export(module, [example], new OnnxExportOptions { DynamicAxes = new Dictionary<int, IReadOnlyDictionary<int, string>>() }));

        Assert.Contains("pack_padded_sequence", e.Problems[0]);
    }

    private static Dictionary<int, IReadOnlyDictionary<int, string>> BatchAndTime =>
        new() { [0] = new Dictionary<int, string> { [0] = "batch", [1] = "time" } };

    private static OperatorCase Lstm(Func<TorchSharp.Modules.LSTM> create, params long[] shape) =>
        OperatorCase.Module(() => Holding.Of(create(), (m, x) => Three(m.call(x))), shape);

    private static OperatorCase Gru(Func<TorchSharp.Modules.GRU> create, params long[] shape) =>
        OperatorCase.Module(() => Holding.Of(create(), (m, x) => Two(m.call(x))), shape);

    private static OperatorCase Rnn(Func<TorchSharp.Modules.RNN> create, params long[] shape) =>
        OperatorCase.Module(() => Holding.Of(create(), (m, x) => Two(m.call(x))), shape);

    private static OperatorCase Of<TLayer>(TLayer layer, Func<TLayer, Tensor, Tensor> run) => OperatorCase.Of(x => run(layer, x), 2, 3, 3);

    private static TorchSharp.Modules.LSTM Hooked(TorchSharp.Modules.LSTM lstm)
    {
        lstm.register_forward_hook((_, _, _, r) => (r.Item1 * 2, r.Item2, r.Item3));
        return lstm;
    }

    // States that depend on the input: 4 wide, one for each of some layers and rows.
    private static Tensor States(Tensor x, int layers) => cat([.. Enumerable.Range(1, layers).Select(l => (State(x.mean([1])) / l).unsqueeze(0))]);

    private static Tensor State(Tensor x) => cat([x, x.mean([1], keepdim: true)], 1);

    private static IReadOnlyList<Tensor> Steps(TorchSharp.Modules.LSTMCell cell, IReadOnlyList<Tensor> steps)
    {
        var state = (State(steps[0]), State(steps[0]) * 2);
        foreach (var step in steps)
            state = cell.call(step, state);
        return Two(state);
    }

    private static IReadOnlyList<Tensor> Two((Tensor, Tensor) r) => [r.Item1, r.Item2];

    private static IReadOnlyList<Tensor> Three((Tensor, Tensor, Tensor) r) => [r.Item1, r.Item2, r.Item3];
}
