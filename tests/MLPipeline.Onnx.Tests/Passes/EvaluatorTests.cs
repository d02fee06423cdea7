using System.Runtime.InteropServices;
using MLPipeline.Inference;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Passes.Evaluation;
using MLPipeline.Onnx.Serialization;

namespace MLPipeline.Onnx.Tests.Passes;

/// <summary>Every operator we evaluate ourselves, against ONNX Runtime, to the last bit.</summary>
public class EvaluatorTests
{
    private static readonly TensorData Cube = TensorData.FromFloats([.. Enumerable.Range(0, 24).Select(i => i / 7f)], 2, 3, 4);
    private static readonly TensorData Row = TensorData.FromFloats([0.1f, -2.5f, 3e-3f, 7], 4);
    private static readonly TensorData Column = TensorData.FromFloats([1.5f, -0.3f, 9], 3, 1);

    public static TheoryData<string, Node, TensorData[]> Cases
    {
        get
        {
            var cases = new TheoryData<string, Node, TensorData[]>();
            void Add(string name, string op, TensorData[] inputs, params (string, AttributeValue)[] attributes) =>
                cases.Add(name, new Node(op, inputs.Select((_, i) => $"i{i}"), ["y"], attributes), inputs);

            Add("transpose", "Transpose", [Cube], ("perm", new long[] { 2, 0, 1 }));
            Add("transpose of all axes", "Transpose", [Cube]);
            Add("reshape", "Reshape", [Cube, TensorData.Vector(0, -1, 2)]);
            Add("flatten", "Flatten", [Cube], ("axis", 2L));
            Add("flatten from the end", "Flatten", [Cube], ("axis", -1L));
            Add("unsqueeze", "Unsqueeze", [Row, TensorData.Vector(-1, 0)]);
            Add("squeeze", "Squeeze", [TensorData.FromFloats([1, 2], 1, 2, 1), TensorData.Vector(0)]);
            Add("squeeze of all", "Squeeze", [TensorData.FromFloats([1, 2], 1, 2, 1)]);
            Add("concat", "Concat", [Cube, Cube], ("axis", 1L));
            Add("concat of vectors", "Concat", [TensorData.Vector(1), TensorData.Vector(2, 3)], ("axis", 0L));
            Add("gather", "Gather", [Cube, TensorData.FromInt64s([2, 0, -1, 1], 2, 2)], ("axis", 1L));
            Add("gather of a scalar index", "Gather", [TensorData.Vector(5, 6, 7), TensorData.Scalar(1L)], ("axis", 0L));
            Add("add", "Add", [Cube, Row]);
            Add("add over rows and columns", "Add", [Row, Column]);
            Add("sub", "Sub", [Column, Cube]);
            Add("mul", "Mul", [Cube, TensorData.Scalar(0.3f)]);
            Add("div", "Div", [Cube, Row]);
            Add("div of integers", "Div", [TensorData.Vector(-7, 7, 9), TensorData.Vector(2)]);
            Add("mul of integers", "Mul", [TensorData.Vector(-7, 7, 9), TensorData.Vector(2, 3, 4)]);
            Add("cast to int64", "Cast", [TensorData.FromFloats([-1.9f, 1.9f, 2.5f], 3)], ("to", 7L));
            Add("cast to float", "Cast", [TensorData.Vector(16777217, -3)], ("to", 1L));
            Add("cast to bool", "Cast", [TensorData.FromFloats([0, -0f, 0.1f], 3)], ("to", 9L));
            Add("slice", "Slice", [Cube, TensorData.Vector(1, -3), TensorData.Vector(3, long.MaxValue), TensorData.Vector(1, -1), TensorData.Vector(1, 2)]);
            Add("slice backwards", "Slice", [Cube, TensorData.Vector(-1), TensorData.Vector(long.MinValue + 1), TensorData.Vector(2), TensorData.Vector(-1)]);
            Add("slice backwards to an element", "Slice", [Cube, TensorData.Vector(9), TensorData.Vector(-3), TensorData.Vector(2), TensorData.Vector(-2)]);
            Add("slice of nothing", "Slice", [Row, TensorData.Vector(3), TensorData.Vector(1)]);
            Add("expand", "Expand", [Column, TensorData.Vector(2, 1, 4)]);
            Add("expand to fewer axes", "Expand", [Cube, TensorData.Vector(1, 4)]);
            Add("tile", "Tile", [Column, TensorData.Vector(2, 3)]);
            Add("constant of shape", "ConstantOfShape", [TensorData.Vector(2, 3)], ("value", TensorData.FromInt64s([7], 1)));
            Add("zeros", "ConstantOfShape", [TensorData.Vector(0, 3)]);
            Add("range", "Range", [TensorData.Scalar(2L), TensorData.Scalar(9L), TensorData.Scalar(3L)]);
            Add("range backwards", "Range", [TensorData.Scalar(5L), TensorData.Scalar(-2L), TensorData.Scalar(-2L)]);
            Add("range of nothing", "Range", [TensorData.Scalar(5L), TensorData.Scalar(5L), TensorData.Scalar(1L)]);
            Add("where", "Where", [TensorData.FromBools([true, false, true], 3, 1), Column, Row]);
            Add("size", "Size", [Cube]);
            Add("equal", "Equal", [TensorData.FromFloats([1, float.NaN, -0f], 3), TensorData.FromFloats([1, float.NaN, 0], 3)]);
            Add("equal of bools", "Equal", [TensorData.FromBools([true, false], 2), TensorData.Scalar(false)]);
            Add("less", "Less", [Column, Row]);
            Add("less or equal", "LessOrEqual", [TensorData.Vector(1, 2, 3), TensorData.Vector(2)]);
            Add("greater", "Greater", [Column, Row]);
            Add("greater or equal", "GreaterOrEqual", [TensorData.Vector(1, 2, 3), TensorData.Vector(2)]);
            Add("and", "And", [TensorData.FromBools([true, false], 2), TensorData.FromBools([true, false], 2, 1)]);
            Add("or", "Or", [TensorData.FromBools([true, false], 2), TensorData.FromBools([true, false], 2, 1)]);
            Add("xor", "Xor", [TensorData.FromBools([true, false], 2), TensorData.FromBools([true, false], 2, 1)]);
            Add("not", "Not", [TensorData.FromBools([true, false], 2)]);
            Add("neg", "Neg", [TensorData.FromFloats([0, -1, float.PositiveInfinity], 3)]);
            Add("abs", "Abs", [TensorData.Vector(-3, 4)]);
            Add("floor", "Floor", [TensorData.FromFloats([-0.5f, 1.5f, 2], 3)]);
            Add("ceil", "Ceil", [TensorData.FromFloats([-0.5f, 1.5f, 2], 3)]);
            Add("sqrt", "Sqrt", [TensorData.FromFloats([0, 2, 0.1f, 3e38f, 1e-40f], 5)]);
            Add("min", "Min", [Column, Row]);
            Add("max", "Max", [TensorData.Vector(1, 5), TensorData.Vector(3)]);
            Add("mod", "Mod", [TensorData.Vector(7, -7, 7, -7, 6), TensorData.Vector(3, 3, -3, -3, 3)]);
            Add("sum of all", "ReduceSum", [TensorData.FromInt64s([1, 2, 3, 4, 5, 6], 2, 3)], ("keepdims", 0L));
            Add("sum of an axis", "ReduceSum", [TensorData.FromInt64s([1, 2, 3, 4, 5, 6], 2, 3), TensorData.Vector(-1)]);
            Add("product", "ReduceProd", [TensorData.FromInt64s([1, 2, 3, 4, 5, 6], 2, 3)], ("axes", new long[] { 0 }), ("keepdims", 0L));
            Add("least", "ReduceMin", [TensorData.FromInt64s([4, 2, 3, 1, 5, 6], 2, 3)], ("axes", new long[] { 1 }));
            Add("largest", "ReduceMax", [TensorData.FromInt64s([4, 2, 3, 1, 5, 6], 2, 3)]);
            Add("constant", "Constant", [], ("value", Row));
            Add("constant integers", "Constant", [], ("value_ints", new long[] { 4, 5 }));
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Operator_gives_what_the_runtime_gives(string name, Node node, TensorData[] inputs)
    {
        var own = Evaluator.Evaluate(node, inputs);
        Assert.NotNull(own);

        var runtime = InRuntime(name, node, inputs, own.Type);

        Assert.Equal(runtime.Shape, own.Dims);
        Assert.Equal(Bytes(runtime), own.Bytes.ToArray());
    }

    [Theory]
    [InlineData("Sqrt")] // of a negative number
    [InlineData("Exp")]
    [InlineData("ReduceSum")] // of floats
    [InlineData("RandomNormalLike")]
    public void Unknown_operator_is_left_to_the_runtime(string op) => Assert.Null(Evaluator.Evaluate(new Node(op, ["i0"], ["y"]), [Row]));

    [Fact]
    public void What_has_no_one_answer_is_left_to_the_runtime()
    {
        Assert.Null(Arithmetic.Binary(ArithmeticOperator.Divide, TensorData.Vector(1), TensorData.Vector(0)));
        Assert.Null(Arithmetic.Binary(ArithmeticOperator.Divide, TensorData.Vector(long.MinValue), TensorData.Vector(-1)));
        Assert.Null(Arithmetic.Binary(ArithmeticOperator.Add, Row, TensorData.Vector(1)));
        Assert.Null(Arithmetic.Binary(ArithmeticOperator.Add, Row, TensorData.FromFloats([1, 2, 3], 3)));
        Assert.Null(Conversion.Cast(TensorData.FromFloats([float.NaN], 1), ElementType.Int64));
        Assert.Null(Conversion.Cast(TensorData.FromFloats([1e30f], 1), ElementType.Int32));
    }

    [Fact]
    public void Small_expression_of_a_huge_constant_stays_one()
    {
        TensorData? Of(string op, params TensorData[] inputs) => Evaluator.Evaluate(new Node(op, inputs.Select((_, i) => $"i{i}"), ["y"]), inputs);
        var column = TensorData.FromFloats(new float[5000], 5000, 1);

        Assert.Null(Of("ConstantOfShape", TensorData.Vector(1 << 20, 1 << 20, 1 << 20, 1 << 20)));
        Assert.Null(Of("Expand", Row, TensorData.Vector(100_000, 4)));
        Assert.Null(Of("Tile", Row, TensorData.Vector(100_000)));
        Assert.Null(Of("Range", TensorData.Scalar(0L), TensorData.Scalar(100_000L), TensorData.Scalar(1L)));
        Assert.Null(Of("Add", column, Row));
        Assert.Null(Of("Less", column, Row));
        Assert.NotNull(Of("Add", column, column));
    }

    [Fact]
    public void Joined_or_picked_elements_stay_a_node_where_they_would_fill_the_file()
    {
        var row = TensorData.FromFloats(new float[1 << 20], 1 << 20);
        TensorData? Join(params TensorData[] inputs) => Evaluator.Evaluate(new Node("Concat", inputs.Select((_, i) => $"i{i}"), ["y"], [("axis", 0L)]), inputs);
        var index = TensorData.FromInt64s(new long[5 << 20], 5 << 20);

        Assert.Null(Join([.. Enumerable.Repeat(row, 5)]));
        Assert.NotNull(Join([.. Enumerable.Repeat(row, 4)]));
        Assert.Null(Evaluator.Evaluate(new Node("Gather", ["i0", "i1"], ["y"], [("axis", 0L)]), [Row, index]));
    }

    [Theory]
    [InlineData("Unsqueeze", "axes")]
    [InlineData("Squeeze", "axes")]
    [InlineData("Slice", "axes")]
    [InlineData("Reshape", "shape")]
    public void Attribute_of_an_older_opset_is_left_to_the_runtime(string op, string attribute)
    {
        var ones = TensorData.FromFloats([1], 1, 1, 1);
        Assert.Null(Evaluator.Evaluate(new Node(op, ["i0"], ["y"], [(attribute, new long[] { 1 })]), [ones]));
    }

    private static TensorValue InRuntime(string name, Node node, TensorData[] inputs, ElementType type)
    {
        var graph = new Graph(name);
        graph.Inputs.Add(new ValueInfo("unused", ElementType.Float, [1]));
        for (var i = 0; i < inputs.Length; i++) graph.Initializers.Add($"i{i}", inputs[i]);
        graph.Add(node);
        graph.Outputs.Add(new ValueInfo("y", type, null));
        using var model = OnnxModel.Load(OnnxSerializer.ToBytes(new Model(graph)), new OnnxModelOptions { GraphOptimizations = false });
        return model.Run(new Dictionary<string, TensorValue> { ["unused"] = TensorValue.Create([0f], 1) })["y"];
    }

    private static byte[] Bytes(TensorValue value) => value.ElementType switch
    {
        TensorElementType.Float => MemoryMarshal.AsBytes(value.AsSpan<float>()).ToArray(),
        TensorElementType.Int64 => MemoryMarshal.AsBytes(value.AsSpan<long>()).ToArray(),
        TensorElementType.Bool => MemoryMarshal.AsBytes(value.AsSpan<bool>()).ToArray(),
        _ => throw new NotSupportedException($"{value.ElementType}"),
    };
}
