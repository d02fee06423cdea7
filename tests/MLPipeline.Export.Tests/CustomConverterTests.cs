using System.Runtime.CompilerServices;
using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using MLPipeline.Onnx.Graphs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests;

public sealed class CustomConverterTests : IDisposable
{
    private static readonly long[] Shape = [3, 4];
    private readonly ExportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_marked_module_is_one_operator_with_its_weights_and_settings()
    {
        using var net = nn.Sequential(nn.Linear(4, 5), new MarkedSlope { Factor = 3 }, nn.Linear(5, 2));

        _folder.Export(net, Shape);

        // The factor goes into the layer after it.
        Assert.Equal("Gemm PRelu Gemm", _folder.Operators());
        Assert.Contains("1.slope", _folder.Model().Graph.Initializers.Keys);
    }

    [Fact]
    public void A_marked_method_is_one_operator_with_its_arguments()
    {
        using var net = new Of((_, x) => MyOperators.Marked(x * 2, scale: 0.5, negate: true).relu());

        _folder.Export(net, Shape);

        Assert.Equal("Mul Softsign Mul Relu", _folder.Operators());
    }

    [Fact]
    public void A_registered_method_and_module_are_converted_in_this_export_alone()
    {
        using var net = nn.Sequential(new Of((_, x) => MyOperators.Squash(x)), new Tail());
        var converters = new OnnxConverters { { typeof(Tail), c => c.Node("Elu", [c.Inputs[0]], ("alpha", 0.5f)) } };
        converters.Add(() => MyOperators.Squash(default!), c => c.Node("Softsign", [c.Tensor("x")]));

        // Refused without, done with, and refused again: nothing is left behind.
        for (var round = 0; round < 2; round++)
        {
            Assert.Contains("data", Assert.Throws<ExportException>(() => _folder.Export(net, Shape)).Message);
            _folder.Export(net, Shape, new OnnxExportOptions { Converters = converters });
            Assert.Equal("Softsign Elu", _folder.Operators());
        }
    }

    [Fact]
    public void Exports_at_the_same_time_have_their_own_converters()
    {
        var operators = new string[6];
        Parallel.For(0, operators.Length, i =>
        {
            using var folder = new ExportFolder();
            using var net = new Of((_, x) => MyOperators.Squash(x));
            var converters = new OnnxConverters();
            converters.Add(() => MyOperators.Squash(default!), i % 2 == 0
                ? c => c.Node("Softsign", [c.Inputs[0]])
                : c => c.Node("Div", [c.Inputs[0], c.Node("Add", [c.Node("Abs", [c.Inputs[0]]), c.Constant(1)])]));
            folder.Export(net, Shape, new OnnxExportOptions { Converters = converters });
            operators[i] = folder.Operators();
        });

        Assert.Equal(["Softsign", "Abs Add Div", "Softsign", "Abs Add Div", "Softsign", "Abs Add Div"], operators);
    }

    [Fact]
    public void A_converter_stands_before_the_built_in_one()
    {
        using var net = nn.Sequential(nn.Linear(4, 4), nn.Sigmoid());
        var converters = new OnnxConverters { { typeof(Linear), c => c.Node("Add", [c.Node("MatMul", [c.Inputs[0], c.Node("Transpose", [c.Weight("weight")])]), c.Weight("bias")]) } };
        converters.Add(() => default(Tensor)!.sigmoid(), c => c.Node(
            "Reciprocal", [c.Node("Add", [c.Node("Exp", [c.Node("Neg", [c.Tensor("self")])]), c.Constant(1)])]));

        _folder.Export(net, Shape, new OnnxExportOptions { Converters = converters });

        // The sign goes into the layer before it.
        Assert.Equal("Gemm Exp Add Reciprocal", _folder.Operators());
    }

    [Fact]
    public void Several_results_have_a_name_each()
    {
        using var net = new Of((_, x) =>
        {
            var (first, second) = MyOperators.Halves(x);
            return first.exp() - second;
        });
        var converters = new OnnxConverters();
        converters.AddSeveral(() => MyOperators.Halves(default!), c => c.Nodes("Split", [c.Inputs[0]], c.ResultCount, ("axis", 1L)));

        _folder.Export(net, Shape, new OnnxExportOptions { Converters = converters });

        Assert.Equal("Split Exp Sub", _folder.Operators());
    }

    [Fact]
    public void A_derived_module_is_covered_unless_it_overrides_forward()
    {
        using var inheriting = new Inheriting();
        _folder.Export(inheriting, Shape);
        Assert.Equal("PRelu Mul", _folder.Operators());

        using var overriding = new Overriding();
        _folder.Export(overriding, Shape);
        Assert.Equal("Tanh", _folder.Operators());

        _folder.Export(overriding, Shape, new OnnxExportOptions { Converters = new OnnxConverters { { typeof(MarkedSlope), c => c.Node("Neg", [c.Inputs[0]]) } } });
        Assert.Equal("Tanh", _folder.Operators());
    }

    [Fact]
    public void An_operator_of_another_domain_that_the_runtime_has_is_verified()
    {
        using var net = new Of((_, x) => MyOperators.Squash(x));

        _folder.Export(net, Shape, With(c => c.CustomNode("com.microsoft", 1, "FusedMatMul", [c.Node("Softsign", [c.Inputs[0]]), c.Constant(Identity)])));
        Assert.Equal(1, _folder.Model().OtherOpsets["com.microsoft"]);
    }

    [Fact]
    public void An_operator_that_the_runtime_does_not_have_is_written_unverified_or_not_at_all()
    {
        using var net = new Of((_, x) => MyOperators.Squash(x));
        var options = With(c => c.CustomNode("my.operators", 3, "Squash", [c.Inputs[0]], ("hardness", 2f)));

        var refusal = Assert.Throws<ExportException>(() => _folder.Export(net, Shape, options));
        Assert.Contains("my.operators, set Verify to false", refusal.Message);
        Assert.Empty(_folder.Files);

        var report = _folder.Export(net, Shape, options with { Verify = false });
        Assert.Empty(report.Verification);
        var node = Assert.Single(_folder.Model().Graph.Nodes);
        Assert.Equal(("my.operators", "Squash", 2f), (node.Domain, node.OpType, node.Float("hardness", 0)));
        Assert.Equal(3, _folder.Model().OtherOpsets["my.operators"]);
    }

    [Fact]
    public void A_wrong_converter_is_found_by_verification() =>
        Assert.Contains("Tanh", Assert.Throws<ExportException>(() => Squashed(c => c.Node("Tanh", [c.Inputs[0]]))).Message);

    [Fact]
    public void What_a_converter_asks_for_in_vain_is_told_with_the_place()
    {
        AssertRefused("its converter returned 2 name(s)", c => throw new NotSupportedException(), several: c => ["a", "b"]);
        AssertRefused("it needs opset 99", c => throw new ConversionException("it needs opset 99"));
        AssertRefused("a parameter or buffer 'weight', which the module does not have", c => c.Weight("weight"));
        AssertRefused("a module of class Linear, which the call is not of", c => $"{c.Module<Linear>()}");
        AssertRefused("'axis' is not given", c => $"{c.Integer("axis")}");
        AssertRefused("domain '', version 1", c => c.CustomNode("", 1, "X", []));
        AssertRefused("version 2 of domain d, and another operator for version 1", c => c.CustomNode("d", 1, "X", []) + c.CustomNode("d", 2, "X", []));
    }

    [Fact]
    public void A_fault_of_a_converter_is_told_with_its_place_and_cause()
    {
        var refused = Assert.Throws<ExportException>(() => Squashed(c => throw new InvalidOperationException("broken")));
        Assert.Contains("a fault of the converter: InvalidOperationException, broken, at ", Assert.Single(refused.Problems));
        Assert.IsType<InvalidOperationException>(refused.InnerException);
    }

    [Fact]
    public void A_method_that_changes_its_arguments_is_refused()
    {
        using var net = new Of((_, x) => MyOperators.InPlace(x * 1));
        var converters = new OnnxConverters();
        converters.Add(() => MyOperators.InPlace(default!), c => c.Node("Add", [c.Inputs[0], c.Constant(1)]));

        Assert.Contains("MyOperators.InPlace has a converter of its own and changes a tensor it is given in place",
            Assert.Throws<ExportException>(() => _folder.Export(net, Shape, new OnnxExportOptions { Converters = converters })).Message);
    }

    [Fact]
    public void Settings_that_differ_from_run_to_run_are_refused()
    {
        var converters = new OnnxConverters();
        converters.Add(() => MyOperators.With(default!, default!), c => c.Node("Mul", [c.Node("Softsign", [c.Inputs[0]]), c.Constant(((MyOperators.Settings)c.Value("settings")!).Scale)]));
        var options = new OnnxExportOptions { Converters = converters, Verify = false };

        var kept = new MyOperators.Settings(2);
        using var constant = new Of((_, x) => MyOperators.With(x, kept));
        _folder.Export(constant, Shape, options);

        using var varying = new Of((_, x) => MyOperators.With(x, new MyOperators.Settings(x.shape[0])));
        Assert.Contains("argument 'settings' of MyOperators.With", Assert.Throws<ExportException>(() => _folder.Export(varying, Shape, options)).Message);
    }

    [Fact]
    public void A_mark_that_names_nothing_is_told()
    {
        using var net = new Of((_, x) => MyOperators.Mismarked(x));

        Assert.Contains("[OnnxConverter(\"Nowhere\")] on Mismarked names no static method of MyOperators",
            Assert.Throws<ExportException>(() => _folder.Export(net, Shape)).Message);
    }

    [Fact]
    public void What_can_not_be_registered_is_refused_at_once()
    {
        var converters = new OnnxConverters { { typeof(Tail), c => "x" } };

        Assert.Contains("converter already", Assert.Throws<ArgumentException>(() => converters.Add(typeof(Tail), c => "x")).Message);
        Assert.Contains("is no module", Assert.Throws<ArgumentException>(() => converters.Add(typeof(string), c => "x")).Message);
        Assert.Contains("open generic", Assert.Throws<ArgumentException>(() => converters.Add(typeof(Generic<>), c => "x")).Message);
        Assert.Contains("is no call", Assert.Throws<ArgumentException>(() => converters.Add(() => default(Tensor), c => "x")).Message);
        Assert.Contains("method of a struct", Assert.Throws<ArgumentException>(() => converters.Add(() => default(Scaler).Apply(default!), c => "x")).Message);
        Assert.Equal([typeof(Tail)], converters);
    }

    [Fact]
    public void The_example_of_the_README_is_this_code_and_runs()
    {
        var folder = Path.GetDirectoryName(Here())!;
        var readme = File.ReadAllText(Path.Combine(folder, "..", "..", "Training", "MLPipeline.Export", "README.md")).ReplaceLineEndings("\n");
        var source = File.ReadAllText(Path.Combine(folder, "Networks", "ReadmeExample.cs")).ReplaceLineEndings("\n");
        var examples = source.Split("// <example>\n").Skip(1).Select(part => part.Split("// </example>")[0].TrimEnd()).ToList();
        Assert.Equal(2, examples.Count);
        Assert.All(examples, example => Assert.Contains(Unindented(example), readme));

        using var marked = nn.Sequential(nn.Linear(4, 4), new ReadmeExample.SoftClip());
        _folder.Export(marked, Shape);
        Assert.Equal("Gemm Tanh", _folder.Operators()); // The bound is 1 as it was made: the product is what it multiplies.

        using var registered = nn.Sequential(new Of((_, x) => ReadmeExample.Kernels.Tanh(x)), nn.GELU());
        _folder.Export(registered, Shape, ReadmeExample.Options());
        Assert.Equal("Tanh Gelu", _folder.Operators());

        static string Here([CallerFilePath] string path = "") => path;
    }

    private static string Unindented(string text)
    {
        var lines = text.Split('\n');
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : ""));
    }

    private static TensorData Identity => TensorData.FromFloats([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], 4, 4);

    private static OnnxExportOptions With(Func<OnnxConversion, string> convert)
    {
        var options = new OnnxExportOptions();
        options.Converters.Add(() => MyOperators.Squash(default!), convert);
        return options;
    }

    private void Squashed(Func<OnnxConversion, string> convert)
    {
        using var net = new Of((_, x) => MyOperators.Squash(x));
        _folder.Export(net, Shape, With(convert));
    }

    private void AssertRefused(string reason, Func<OnnxConversion, string> convert, Func<OnnxConversion, IReadOnlyList<string>>? several = null)
    {
        using var net = new Of((_, x) => MyOperators.Squash(x));
        var options = several is null ? With(convert) : new OnnxExportOptions();
        if (several is not null)
            options.Converters.AddSeveral(() => MyOperators.Squash(default!), several);
        var problem = Assert.Single(Assert.Throws<ExportException>(() => _folder.Export(net, Shape, options)).Problems);
        Assert.StartsWith("MyOperators.Squash: ", problem);
        Assert.Contains(", at ", problem);
        Assert.Contains(reason, problem);
    }

    private sealed class Tail() : nn.Module<Tensor, Tensor>(nameof(Tail))
    {
        public override Tensor forward(Tensor input) => nn.functional.elu(input, 0.5).alias();
    }

    private sealed class Generic<T>() : nn.Module<Tensor, Tensor>(typeof(T).Name)
    {
        public override Tensor forward(Tensor input) => input;
    }

    private readonly struct Scaler(double factor)
    {
        public Tensor Apply(Tensor x) => x * factor;
    }
}
