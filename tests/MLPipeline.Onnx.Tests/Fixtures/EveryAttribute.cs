using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Tests.Fixtures;

/// <summary>A valid model that uses every kind of attribute, every element type of a constant, and every kind of axis.</summary>
internal static class EveryAttribute
{
    public static Model Model()
    {
        var graph = new Graph("every_attribute");
        graph.Inputs.Add(new ValueInfo("x", ElementType.Float, ["batch", 3]));
        graph.Inputs.Add(new ValueInfo("flag", ElementType.Bool, []));
        Returns(graph.Add("Constant", [], ["number"], ("value_float", 0.1f)), ElementType.Float);
        Returns(graph.Add("Constant", [], ["integer"], ("value_int", long.MinValue)), ElementType.Int64);
        Returns(graph.Add("Constant", [], ["text"], ("value_string", "grüße")), ElementType.String);
        Returns(graph.Add("Constant", [], ["numbers"], ("value_floats", new[] { 1f, -2.5f })), ElementType.Float, 2);
        Returns(graph.Add("Constant", [], ["integers"], ("value_ints", new[] { -1L, 1L << 40 })), ElementType.Int64, 2);
        Returns(graph.Add("Constant", [], ["texts"], ("value_strings", new[] { "a", "" })), ElementType.String, 2);
        Returns(graph.Add("Constant", [], ["tensor"], ("value", TensorData.FromDoubles([Math.PI], 1))), ElementType.Double, 1);
        Returns(graph.Add("If", ["flag"], ["either"], ("then_branch", Body("yes", "Relu")), ("else_branch", Body("no", "Neg"))), ElementType.Float, "batch", 3);
        foreach (var type in Enum.GetValues<ElementType>().Where(t => t != ElementType.String))
        {
            var bytes = Enumerable.Range(0, 2 * type.SizeInBytes()).Select(i => type == ElementType.Bool ? (byte)(i % 2) : (byte)(i * 3)).ToArray();
            graph.Initializers.Add($"c_{type.OnnxName()}", new TensorData(type, [2], bytes));
            Returns(graph.Add("Identity", [$"c_{type.OnnxName()}"], [$"y_{type.OnnxName()}"]), type, 2);
        }

        var model = new Model(graph) { DocString = "doc", Domain = "org.example", ModelVersion = 3, ProducerVersion = "1.2" };
        model.Metadata.Add("labels", "[\"a\",\"b\"]");
        return model;

        void Returns(Node node, ElementType type, params Dim[] shape) => graph.Outputs.Add(new ValueInfo(node.Output, type, shape));
    }

    private static AttributeValue.Graph Body(string name, string op)
    {
        var body = new Graph(name);
        body.Add(op, ["x"], [$"{name}_out"]);
        body.Outputs.Add(new ValueInfo($"{name}_out", ElementType.Float, ["batch", 3]));
        return new AttributeValue.Graph(body);
    }
}
