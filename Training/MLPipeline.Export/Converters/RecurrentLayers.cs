using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>
/// Recurrent layers. PyTorch stacks layers in one module and ONNX has one node for each; the gates lie in another order, and a layer's two biases
/// in one vector. Initial states that were not given stay absent, as ONNX takes those for zeros, whatever the batch.
/// </summary>
internal static class RecurrentLayers
{
    // Where ONNX's gates are among PyTorch's: i, o, f, c among i, f, g, o; z, r, h among r, z, n.
    private static readonly Form LongShort = new("LSTM", [0, 3, 1, 2], []);
    private static readonly Form Gated = new("GRU", [1, 0, 2], [("linear_before_reset", 1L)]);

    [Converts("LSTM.forward")]
    internal static IReadOnlyList<string> Lstm(ConversionContext c) => Stack(c, LongShort, States(c, "h0_c0"));

    [Converts("GRU.forward")]
    internal static IReadOnlyList<string> Gru(ConversionContext c) => Stack(c, Gated, States(c, "h0"));

    [Converts("RNN.forward")]
    internal static IReadOnlyList<string> Rnn(ConversionContext c)
    {
        var module = c.Module<TorchSharp.Modules.RNN>();
        var tanh = RecurrentProbe.IsTanh(c, "weight_ih_l0", x => module.forward(x.unsqueeze(BatchFirst(module) ? 1 : 0), null).Item2);
        return Stack(c, Elman(tanh, BidirectionalSuffixes(c).Length), States(c, "h0"));
    }

    [Converts("LSTMCell.forward")]
    internal static IReadOnlyList<string> LstmCell(ConversionContext c) => Cell(c, LongShort, States(c, "h0_c0"));

    [Converts("GRUCell.forward")]
    internal static IReadOnlyList<string> GruCell(ConversionContext c) => Cell(c, Gated, States(c, "h0"));

    [Converts("RNNCell.forward")]
    internal static IReadOnlyList<string> RnnCell(ConversionContext c)
    {
        var module = c.Module<TorchSharp.Modules.RNNCell>();
        return Cell(c, Elman(RecurrentProbe.IsTanh(c, "weight_ih", x => module.forward(x)), directions: 1), States(c, "h0"));
    }

    private static IReadOnlyList<string> Stack(ConversionContext c, Form form, IReadOnlyList<string> states)
    {
        RequireFloat(c, form);
        var batchFirst = BatchFirst(c.Module<nn.Module>());
        var suffixes = BidirectionalSuffixes(c);
        var layers = Enumerable.Range(0, int.MaxValue).TakeWhile(l => c.HasState($"weight_ih_l{l}")).Count();
        if (layers > 1)
            c.RefuseTraining();
        var sequence = batchFirst ? SwapTimeAndBatch(c, c.Tensor("input")) : c.Tensor("input");
        var finals = new List<IReadOnlyList<string>>();
        for (var layer = 0; layer < layers; layer++)
        {
            string[] names = [.. suffixes.Select(s => $"_l{layer}{s}")];
            var initial = layers == 1 ? states : [.. states.Select(s => LayersOf(c, s, layer, suffixes.Length))];
            var outputs = form.Emit(c, sequence, names, initial);
            sequence = suffixes.Length == 1 ? c.Squeeze(outputs[0], 1) : SideBySide(c, outputs[0], 2 * HiddenSize(c, names[0]));
            finals.Add([.. outputs.Skip(1)]);
        }

        var ends = Enumerable.Range(0, finals[0].Count).Select(s => layers == 1 ? finals[0][s] : c.Op("Concat", finals.Select(f => f[s]), ("axis", 0L)));
        return [batchFirst ? SwapTimeAndBatch(c, sequence) : sequence, .. ends];
    }

    // A cell is a layer over one step.
    private static IReadOnlyList<string> Cell(ConversionContext c, Form form, IReadOnlyList<string> states)
    {
        RequireFloat(c, form);
        var lengthOne = c.Rank("input") == 1 ? c.Vector(0, 1) : c.Vector(0);
        var outputs = form.Emit(c, c.Op("Unsqueeze", [c.Tensor("input"), lengthOne]), [""], [.. states.Select(s => c.Op("Unsqueeze", [s, lengthOne]))]);
        return [.. outputs.Skip(1).Select(o => c.Op("Squeeze", [o, lengthOne]))];
    }

    private static IReadOnlyList<string> States(ConversionContext c, string parameter) => c.Has(parameter) ? c.Tensors(parameter) : [];

    private static Form Elman(bool tanh, int directions) => new("RNN", [0], [("activations", Enumerable.Repeat(tanh ? "Tanh" : "Relu", directions).ToArray())]);

    private static string[] BidirectionalSuffixes(ConversionContext c) => c.HasState("weight_ih_l0_reverse") ? ["", "_reverse"] : [""];

    private static bool BatchFirst(nn.Module module) => (bool)HiddenFields.Of(module, "_batch_first")!;

    private static string SwapTimeAndBatch(ConversionContext c, string sequence) => c.Op("Transpose", [sequence], ("perm", (long[])[1, 0, 2]));

    private static string LayersOf(ConversionContext c, string states, long layer, long directions) =>
        c.Op("Slice", [states, c.Vector(layer * directions), c.Vector((layer + 1) * directions), c.Vector(0)]);

    // ONNX gives [time, direction, batch, hidden]; PyTorch has the directions side by side.
    private static string SideBySide(ConversionContext c, string sequence, long width) => c.Op(
        "Reshape", [c.Op("Transpose", [sequence], ("perm", (long[])[0, 2, 1, 3])), c.Vector(0, 0, width)]);

    private static long HiddenSize(ConversionContext c, string layer) => Parameter(c, "weight_hh" + layer).shape[1];

    private static Tensor Parameter(ConversionContext c, string name) => c.Module<nn.Module>().get_parameter(name)!.detach();

    private static void RequireFloat(ConversionContext c, Form form)
    {
        if (c.ResultType != ScalarType.Float32)
            throw new ConversionException($"ONNX Runtime computes {form.Op} in Float32 only, and this one is of {c.ResultType}; convert the module to Float32");
    }

    /// <summary>A kind of recurrent node.</summary>
    /// <param name="Op">The ONNX operator.</param>
    /// <param name="Gates">For each gate in ONNX's order, its place in PyTorch's.</param>
    /// <param name="Attributes">What else the node needs.</param>
    private sealed record Form(string Op, int[] Gates, (string Name, AttributeValue Value)[] Attributes)
    {
        /// <summary>Adds the node for one layer, whose directions' parameters have these endings.</summary>
        public IReadOnlyList<string> Emit(ConversionContext c, string sequence, string[] layer, IReadOnlyList<string> initial)
        {
            using var scope = NewDisposeScope();
            var biased = c.HasState("bias_ih" + layer[0]);
            var inputs = new List<string>
            {
                sequence,
                Constant(c, layer, l => Ordered(Parameter(c, "weight_ih" + l))),
                Constant(c, layer, l => Ordered(Parameter(c, "weight_hh" + l))),
                biased ? Constant(c, layer, l => cat([Ordered(Parameter(c, "bias_ih" + l)), Ordered(Parameter(c, "bias_hh" + l))])) : "",
                "",
            };
            inputs.AddRange(initial);
            return c.Ops(
                Op, inputs, outputs: Op == "LSTM" ? 3 : 2,
                [("hidden_size", HiddenSize(c, layer[0])), ("direction", layer.Length == 2 ? "bidirectional" : "forward"), .. Attributes]);
        }

        private Tensor Ordered(Tensor gates)
        {
            var parts = gates.chunk(Gates.Length, 0);
            return cat([.. Gates.Select(g => parts[g])]);
        }

        private static string Constant(ConversionContext c, string[] layer, Func<string, Tensor> ofDirection) =>
            c.Constant(GraphBuilder.Data(stack(layer.Select(ofDirection))));
    }
}
