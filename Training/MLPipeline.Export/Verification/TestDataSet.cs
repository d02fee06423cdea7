using System.Globalization;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;
using static TorchSharp.torch;

namespace MLPipeline.Export.Verification;

/// <summary>Inputs and expected outputs in a folder, one <c>TensorProto</c> a file.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Inputs">In order; disposed with the scope around.</param>
/// <param name="Outputs">In order; disposed with the scope around.</param>
internal sealed record TestDataSet(string Folder, IReadOnlyList<Tensor> Inputs, IReadOnlyList<Tensor> Outputs)
{
    /// <summary>The set in a folder, or those in folders of it.</summary>
    /// <exception cref="ExportException">There is none.</exception>
    public static IReadOnlyList<TestDataSet> Under(string folder)
    {
        if (!Directory.Exists(folder))
            throw new ExportException($"There is no folder '{folder}'.");
        var sets = Directory.EnumerateDirectories(folder, "test_data_set_*").Order(StringComparer.Ordinal).Prepend(folder).Where(HasData).ToList();
        return sets.Count > 0
            ? [.. sets.Select(set => new TestDataSet(set, Read(set, "input"), Read(set, "output")))]
            : throw new ExportException($"'{folder}' holds no test data: neither an output_0.pb nor a folder test_data_set_0 with one.");
    }

    private static bool HasData(string folder) => File.Exists(Path.Combine(folder, "output_0.pb"));

    private static List<Tensor> Read(string folder, string kind)
    {
        var tensors = new List<Tensor>();
        for (var path = PathOf(0); File.Exists(path); path = PathOf(tensors.Count))
            tensors.Add(TensorOf(OnnxSerializer.ReadTensor(path), path));
        return tensors;

        string PathOf(int index) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{kind}_{index}.pb"));
    }

    private static Tensor TensorOf(TensorData data, string path)
    {
        long[] shape = [.. data.Dims];
        return data.Type switch
        {
            ElementType.Float => tensor(data.AsSpan<float>().ToArray(), shape),
            ElementType.Double => tensor(data.AsSpan<double>().ToArray(), shape),
            ElementType.Float16 => tensor(data.ToDoubles(), shape).to(ScalarType.Float16),
            ElementType.Int64 => tensor(data.AsSpan<long>().ToArray(), shape),
            ElementType.Int32 => tensor(data.AsSpan<int>().ToArray(), shape),
            ElementType.Int16 => tensor(data.AsSpan<short>().ToArray(), shape),
            ElementType.Int8 => tensor(data.AsSpan<sbyte>().ToArray(), shape),
            ElementType.UInt8 => tensor(data.AsSpan<byte>().ToArray(), shape),
            ElementType.Bool => tensor(data.AsSpan<bool>().ToArray(), shape),
            _ => throw new ExportException($"'{path}' holds {data.Type.OnnxName()}, which can't be compared."),
        };
    }
}
