using System.Xml.Linq;
using MLPipeline.Onnx.Drawing;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Tests.Fixtures;

namespace MLPipeline.Onnx.Tests.Drawing;

public sealed class GraphPictureTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static TheoryData<string> Names => SampleGraphs.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_node_input_and_output_has_a_line_with_all_that_is_known_of_it(string name)
    {
        var graph = SampleGraphs.All[name]();

        var picture = Draw(graph);

        var tooltips = Lines(picture).Select(line => line.Element(Svg + "title")!.Value).ToList();
        Assert.Equal(graph.Nodes.Count + graph.Inputs.Count + graph.Outputs.Count, tooltips.Count);
        Assert.All(graph.Nodes, node => Assert.Contains($"{node.Name}\n{GraphPrinter.Print(node, graph)}", tooltips));
        Assert.All(graph.Inputs.Concat(graph.Outputs), value => Assert.Contains(value.ToString(), tooltips));
        Assert.DoesNotContain(picture.Descendants(), e => e.Name.LocalName is "script" or "a" or "image");
    }

    [Fact]
    public void A_line_tells_kernel_stride_groups_channels_and_shape()
    {
        var picture = Draw(SampleGraphs.ConvNorm(group: 2));

        var conv = Lines(picture).Single(line => line.Element(Svg + "text")!.Value.StartsWith("Conv", StringComparison.Ordinal));
        Assert.Equal("Conv3×3, groups 2, 4→8", conv.Element(Svg + "text")!.Value);
        Assert.Equal("weights", conv.Element(Svg + "rect")!.Attribute("class")!.Value);
    }

    [Fact]
    public void The_edge_that_passes_a_layer_stands_out()
    {
        Assert.NotEmpty(Edges(Draw(SampleGraphs.All["dense block"]()), "edge long"));
        Assert.Empty(Edges(Draw(SampleGraphs.ConvNorm()), "edge long"));
    }

    [Fact]
    public void Operators_of_one_module_share_a_box_under_its_path()
    {
        var graph = new Graph("g");
        graph.Inputs.Add(new ValueInfo("x", ElementType.Float, [1]));
        graph.Add(new Node("Relu", ["x"], ["a"]) { Name = "block.0.act/Relu" });
        graph.Add(new Node("Exp", ["a"], ["b"]) { Name = "block.0/Exp" });
        graph.Add(new Node("Neg", ["b"], ["y"]) { Name = "block.1/Neg" });
        graph.Outputs.Add(new ValueInfo("y", ElementType.Float, [1]));

        var picture = Draw(graph);

        Assert.Equal(4, picture.Descendants(Svg + "rect").Count(r => r.Attribute("class")?.Value == "box"));
        Assert.Contains(picture.Descendants(Svg + "text"), text => text.Value == "block.0");
    }

    [Fact]
    public void Names_are_text_whatever_is_in_them()
    {
        var graph = new Graph("g");
        graph.Inputs.Add(new ValueInfo("<script>alert(1)</script>&\"\u0001\ud800", ElementType.Float, null));
        graph.Add(new Node("Op<b>", [graph.Inputs[0].Name], ["y"]) { Name = "</title>", Domain = "my.ops" });
        graph.Outputs.Add(new ValueInfo("y", ElementType.Float, ["<i>"]));

        var picture = Draw(graph);

        Assert.DoesNotContain(picture.Descendants(), e => e.Name.LocalName is "script" or "b" or "i");
        Assert.Contains(picture.Descendants(Svg + "tspan"), text => text.Value == "my.ops.Op<b>");
    }

    [Fact]
    public void Bodies_inputs_that_are_outputs_and_constants_are_drawn()
    {
        var body = new Graph("body");
        body.Add("Neg", ["x"], ["inner"]);
        body.Outputs.Add(new ValueInfo("inner", ElementType.Float, [2]));
        var graph = new Graph("g");
        graph.Inputs.Add(new ValueInfo("flag", ElementType.Bool, []));
        graph.Inputs.Add(new ValueInfo("x", ElementType.Float, [2]));
        graph.Add("If", ["flag"], ["y"], ("then_branch", new AttributeValue.Graph(body)), ("else_branch", new AttributeValue.Graph(body)));
        graph.AddInitializer("c", TensorData.Vector(1, 2));
        graph.Outputs.Add(new ValueInfo("y", ElementType.Float, [2]));
        graph.Outputs.Add(new ValueInfo("x", ElementType.Float, [2]));
        graph.Outputs.Add(new ValueInfo("c", ElementType.Int64, [2]));

        var picture = Draw(graph);

        // flag -> If, x -> If for its body reads it, If -> y, x -> x.
        Assert.Equal(4, Edges(picture, "edge").Count() + Edges(picture, "edge long").Count());
    }

    private static XElement Draw(Graph graph) => XElement.Parse(GraphPicture.Draw(new Model(graph), "net.onnx"));

    private static IEnumerable<XElement> Lines(XElement picture) => picture.Descendants(Svg + "g").Where(g => g.Attribute("class")?.Value == "line");

    private static IEnumerable<XElement> Edges(XElement picture, string style) => picture.Descendants(Svg + "path").Where(p => p.Attribute("class")!.Value == style);
}
