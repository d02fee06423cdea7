using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Tests.Fixtures;

namespace MLPipeline.Onnx.Tests.Fuzz;

/// <summary>A valid graph that follows from a list of numbers: each adds a node or a few, to a value that is there already.</summary>
/// <remarks>Whatever passes look for turns up: constants next to linear nodes, equal nodes, reshapes, transposes and pads in a row, second readers.</remarks>
internal sealed class RandomGraph
{
    private const long Batch = -1;
    private readonly Network _net = new("batch", 4, 6, 6);
    private readonly List<(string Name, long[] Dims)> _values = [("x", [Batch, 4, 6, 6])];
    private readonly bool _shapesKnown;

    private RandomGraph(bool shapesKnown) => _shapesKnown = shapesKnown;

    /// <summary>The graph of a recipe; its last value is an output, and sometimes another is.</summary>
    public static Graph Of(IReadOnlyList<int> recipe)
    {
        var graph = new RandomGraph(shapesKnown: recipe[0] % 3 != 0);
        foreach (var number in recipe)
        {
            for (var times = number % 11 == 0 ? 2 : 1; times > 0; times--) graph.Step(new Random(number));
        }

        var outputs = graph._values.Skip(1).Reverse().Take(recipe[^1] % 4 == 0 ? 2 : 1).DistinctBy(v => v.Name);
        return graph._net.Returns([.. outputs.Select(v => (v.Name, Shape(v.Dims)))]);
    }

    private static Dim[] Shape(long[] dims) => [.. dims.Select(d => d == Batch ? new Dim("batch") : d)];

    // The latest value is the likeliest, so that chains come about.
    private void Step(Random random)
    {
        var (x, dims) = _values[^Math.Min(_values.Count, 1 + (int)(random.NextDouble() * random.NextDouble() * _values.Count))];
        switch (dims.Length)
        {
            case 4 when random.Next(3) > 0:
                Image(random, x, dims);
                break;
            case 2 when random.Next(3) > 0:
                Matrix(random, x, dims);
                break;
            default:
                Any(random, x, dims);
                break;
        }
    }

    private void Image(Random random, string x, long[] d)
    {
        var (to, kernel, pad) = (random.Next(1, 4) * 2L, random.Next(2) * 2L + 1, (long)random.Next(2));
        var group = d[1] % 2 == 0 ? random.Next(1, 3) : 1L;
        long Size(long length, long k, long padding, long stride) => (length + padding - k) / stride + 1;
        switch (random.Next(9))
        {
            case 0 or 1 when Math.Min(d[2], d[3]) >= 3:
                string[] weights = [_net.Weight("w", to, d[1] / group, kernel, kernel), .. random.Next(2) == 0 ? [_net.Weight("b", to)] : Array.Empty<string>()];
                Put("Conv", [x, .. weights], [d[0], to, Size(d[2], kernel, 2 * pad, 1), Size(d[3], kernel, 2 * pad, 1)], ("pads", new[] { pad, pad, pad, pad }), ("group", group));
                break;
            case 2:
                Put("ConvTranspose", [x, _net.Weight("w", d[1], to / 2, kernel, kernel)], [d[0], to / 2 * group, d[2] + kernel - 1, d[3] + kernel - 1], ("group", group));
                break;
            case 3 or 4:
                var bn = _net.BatchNorm(_net.Graph.UniqueName("bn"), x, d[1], shifts: random.Next(2) == 0);
                Know(bn, d);
                break;
            case 5 when Math.Min(d[2], d[3]) >= 2:
                var ceil = (long)random.Next(2);
                Put(random.Next(2) == 0 ? "MaxPool" : "AveragePool", [x], [d[0], d[1], Size(d[2], 2, ceil, 2), Size(d[3], 2, ceil, 2)], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }), ("ceil_mode", ceil));
                break;
            case 6 when Math.Min(d[2], d[3]) >= 2:
                var value = random.Next(3) switch { 0 => 0f, 1 => float.NegativeInfinity, _ => 1f };
                var padded = Put("Pad", [x, Vector(0, 0, 1, 0, 0, 0, pad, 1), _net.Constant("value", TensorData.Scalar(value))], [d[0], d[1], d[2] + 1 + pad, d[3] + 1]);
                Put("MaxPool", [padded.Name], [d[0], d[1], d[2] - 1 + pad, d[3] - 1], ("kernel_shape", new long[] { 3, 3 }));
                _values.Remove(padded); // Infinities are for the pooling alone.
                break;
            case 7:
                Put("GlobalAveragePool", [x], [d[0], d[1], 1, 1]);
                break;
            default:
                Put("Flatten", [x], [d[0], d[1] * d[2] * d[3]]);
                break;
        }
    }

    private void Matrix(Random random, string x, long[] d)
    {
        var to = random.Next(1, 5) * 2L;
        switch (random.Next(4))
        {
            case 0:
                Put("Gemm", [x, _net.Weight("w", to, d[1]), _net.Weight("b", random.Next(2) == 0 ? [to] : [])], [d[0], to], ("transB", 1L), ("alpha", 0.5f), ("beta", 2f));
                break;
            case 1:
                Put("MatMul", [x, _net.Weight("w", d[1], to)], [d[0], to]);
                break;
            case 2:
                Know(_net.BatchNorm(_net.Graph.UniqueName("bn"), x, d[1]), d);
                break;
            default:
                Put("Reshape", [x, Vector(0, -1, 2)], d[1] % 2 == 0 ? [d[0], d[1] / 2, 2] : [d[0], d[1], 1], d[1] % 2 == 0 ? null : Vector(0, -1, 1));
                break;
        }
    }

    private void Any(Random random, string x, long[] d)
    {
        switch (random.Next(10))
        {
            case 0 or 1:
                Put(new[] { "Relu", "Sigmoid", "Tanh", "Neg", "Abs", "Identity", "Softsign" }[random.Next(7)], [x], d);
                break;
            case 2 or 3 or 4:
                Arithmetic(random, x, d);
                break;
            case 5 when _values.Where(v => v.Dims.SequenceEqual(d)).ToList() is { } alike:
                Put("Add", [x, alike[random.Next(alike.Count)].Name], d);
                break;
            case 6:
                long[] order = [0, .. Enumerable.Range(1, d.Length - 1).Select(i => (long)i).OrderBy(_ => random.Next())];
                Put("Transpose", [x], [.. order.Select(axis => d[axis])], ("perm", order));
                break;
            case 7:
                var axes = Vector(1);
                Put("Squeeze", [Put("Unsqueeze", [x, axes], [d[0], 1, .. d.Skip(1)]).Name, random.Next(2) == 0 ? axes : Vector(1)], d);
                break;
            case 8:
                Put("Slice", [x, Vector(0), Vector(long.MaxValue), Vector(random.Next(d.Length))], d);
                break;
            default:
                // The same shape, put together at run time.
                var shape = Put("Shape", [x], [d.Length]);
                _values.Remove(shape);
                var parts = d.Select((_, axis) => _net.Op("Gather", [shape.Name, Vector(axis)], ("axis", 0L))).ToList();
                Put("Reshape", [x, _net.Op("Concat", parts, ("axis", 0L))], d);
                break;
        }
    }

    private void Arithmetic(Random random, string x, long[] d)
    {
        var op = new[] { "Mul", "Add", "Sub", "Div" }[random.Next(4)];
        long[] dims = random.Next(4) switch
        {
            0 => [],
            1 => [1],
            2 => [d[^1]],
            _ => [d[1], .. Enumerable.Repeat(1L, d.Length - 2)],
        };
        var constant = _net.Weight("c", dims);
        // Far from zero, and now and then something special.
        float[] values = [.. _net.Graph.Initializers[constant].AsSpan<float>().ToArray().Select(v => v < 0 ? v - 0.5f : v + 0.5f)];
        if (dims.Length == 0) values[0] = random.Next(4) switch { 0 => 1, 1 when op is "Add" or "Sub" => 0, _ => values[0] };
        _net.Graph.Initializers[constant] = TensorData.FromFloats(values, dims);
        Put(op, op != "Div" && random.Next(4) == 0 ? [constant, x] : [x, constant], d);
    }

    private void Put(string op, string[] inputs, long[] dims, string? shape) => Put(op, shape is null ? inputs : [inputs[0], shape], dims);

    private (string Name, long[] Dims) Put(string op, string[] inputs, long[] dims, params (string, AttributeValue)[] attributes) =>
        Know(_net.Op(op, inputs, attributes), dims, op == "Shape" ? ElementType.Int64 : ElementType.Float);

    private (string Name, long[] Dims) Know(string name, long[] dims, ElementType type = ElementType.Float)
    {
        if (_shapesKnown) _net.Graph.Values[name] = new ValueInfo(name, type, Shape(dims));
        _values.Add((name, dims));
        return _values[^1];
    }

    private string Vector(params long[] values) => _net.Constant("vector", TensorData.Vector(values));
}
