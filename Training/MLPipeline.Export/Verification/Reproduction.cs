using MLPipeline.Export.Converters;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;
using static TorchSharp.torch;

namespace MLPipeline.Export.Verification;

/// <summary>A fault in a folder: a model, inputs and expected outputs in the layout of ONNX's test data, which its tools and runtimes read.</summary>
internal static class Reproduction
{
    /// <summary>Writes the folder beside its place and moves it there.</summary>
    /// <param name="folder">Its place; empty, or not there.</param>
    /// <param name="model">The model.</param>
    /// <param name="sample">The inputs, and what the module makes of them.</param>
    /// <param name="fault">What is wrong.</param>
    /// <returns>A sentence that says where it is, or why it isn't: the fault itself must not be lost over that.</returns>
    public static string Write(string folder, Model model, VerificationCase sample, string fault)
    {
        var place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var beside = $"{place}.{Path.GetRandomFileName()}.tmp";
        try
        {
            var data = Directory.CreateDirectory(Path.Combine(beside, "test_data_set_0")).FullName;
            OnnxSerializer.Save(model, Path.Combine(beside, "model.onnx"));
            WriteTensors(data, "input", model.Graph.Inputs, sample.Fed);
            WriteTensors(data, "output", model.Graph.Outputs, sample.Expected);
            File.WriteAllText(Path.Combine(beside, "README.md"), Text(fault));
            if (Directory.Exists(place))
                Directory.Delete(place);
            Directory.Move(beside, place);
            return $"The model, these inputs and the expected outputs are in '{folder}'.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return $"The fault can't be written to '{folder}': {e.Message}";
        }
        finally
        {
            if (Directory.Exists(beside))
                Directory.Delete(beside, recursive: true);
        }
    }

    private static void WriteTensors(string folder, string kind, List<ValueInfo> values, IReadOnlyList<Tensor> tensors)
    {
        for (var i = 0; i < values.Count; i++)
        {
            using var stream = File.Create(Path.Combine(folder, $"{kind}_{i}.pb"));
            using var typed = values[i].Type == ElementType.Float16 ? tensors[i].to(ScalarType.Float16) : tensors[i].alias();
            OnnxSerializer.WriteTensor(values[i].Name, GraphBuilder.Data(typed), stream);
        }
    }

    private static string Text(string fault) =>
        $$"""
        # A model that ONNX Runtime answers differently than the module it was exported from

        {{fault}}

        `model.onnx` is the model, `test_data_set_0` holds what it was fed (`input_0.pb`, ...) and what the module gave (`output_0.pb`, ...): one
        TensorProto each, the layout of ONNX's own tests. To see the difference with ONNX Runtime's test runner, `onnx_test_runner .`; in Python:

        ```python
        import glob, numpy, onnx, onnxruntime
        from onnx import numpy_helper

        def tensors(kind):
            for path in sorted(glob.glob(f"test_data_set_0/{kind}_*.pb"), key=lambda p: int(p.split("_")[-1][:-3])):
                yield onnx.TensorProto.FromString(open(path, "rb").read())

        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        session = onnxruntime.InferenceSession("model.onnx", options, providers=["CPUExecutionProvider"])
        actual = session.run(None, {t.name: numpy_helper.to_array(t) for t in tensors("input")})
        for value, expected in zip(actual, tensors("output")):
            print(expected.name, numpy.abs(value.astype("float64") - numpy_helper.to_array(expected).astype("float64")).max())
        ```

        """;
}
