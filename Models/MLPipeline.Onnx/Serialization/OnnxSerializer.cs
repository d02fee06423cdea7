using System.Buffers;
using Google.Protobuf;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization.Messages;

namespace MLPipeline.Onnx.Serialization;

/// <summary>Models to and from ONNX files. Weights are written as raw bytes, inside the file while they fit (<see cref="ExternalData"/>).</summary>
public static class OnnxSerializer
{
    /// <summary>Writes a model as one file. The graph is validated first; equal models give equal bytes.</summary>
    /// <exception cref="InvalidGraphException">The graph is not valid.</exception>
    /// <exception cref="NotSupportedException">The model does not fit into one file; <see cref="Save"/> it to a path.</exception>
    public static void Write(Model model, Stream stream)
    {
        model.Graph.Validate();
        ModelSize.Check(model, external: null);
        ModelWriter.Message(model).WriteTo(stream);
    }

    /// <summary>The file as bytes; otherwise as <see cref="Write"/>.</summary>
    public static byte[] ToBytes(Model model)
    {
        using var stream = new MemoryStream();
        Write(model, stream);
        return stream.ToArray();
    }

    /// <summary>Writes one named tensor, as ONNX's test data are kept: an <c>input_0.pb</c> beside a model.</summary>
    public static void WriteTensor(string name, TensorData data, Stream stream) => ModelWriter.Message(data, name).WriteTo(stream);

    /// <summary>Reads one tensor that <see cref="WriteTensor"/> or another tool of ONNX's wrote.</summary>
    /// <exception cref="InvalidOnnxFileException">The file is no tensor, or one that is not supported.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static TensorData ReadTensor(string path)
    {
        try
        {
            var message = TensorProto.Parser.ParseFrom(File.ReadAllBytes(path));
            return new TensorReader(path, new ExternalReader(path)).Tensor(message, message.Name);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidOnnxFileException(path, $"it is no tensor: {e.Message}", e);
        }
    }

    /// <summary>Writes beside <paramref name="path"/> and moves into place: nothing half-written is left behind.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The model's file. Its data file, if there is to be one, is called the same with <c>.data</c> after it.</param>
    /// <param name="external">When weights go into a file of their own; null for <see cref="ExternalData.Auto"/>.</param>
    /// <returns>The files written: the model, then the data file if there is one.</returns>
    /// <exception cref="InvalidGraphException">The graph is not valid.</exception>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public static IReadOnlyList<string> Save(Model model, string path, ExternalData? external = null)
    {
        using var pending = PendingModel.At(path);
        pending.Write(model, external);
        pending.Keep();
        return pending.Files;
    }

    /// <summary>Reads a model from a stream's end-to-end content.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="InvalidOnnxFileException">The content is not a model, or uses a part of ONNX that is not supported.</exception>
    public static Model Read(Stream stream, string source = "The stream")
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return Read(memory.GetBuffer().AsMemory(0, (int)memory.Length), source);
    }

    /// <summary>Reads a model from bytes.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="InvalidOnnxFileException">The bytes are not a model, or use a part of ONNX that is not supported.</exception>
    public static Model Read(ReadOnlyMemory<byte> bytes, string source = "The data") => Read(bytes, source, external: null);

    /// <summary>Reads a model by its path, and its data file when it has one.</summary>
    /// <exception cref="InvalidOnnxFileException">The file is not a model, or uses a part of ONNX that is not supported.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static Model Load(string path)
    {
        var length = new FileInfo(path).Length;
        if (length > ExternalData.MaxModelBytes)
            throw new InvalidOnnxFileException(path, $"it has {length:N0} bytes; an ONNX file ends before {ExternalData.MaxModelBytes:N0}.");
        return Read(File.ReadAllBytes(path), path, new ExternalReader(path));
    }

    private static Model Read(ReadOnlyMemory<byte> bytes, string source, ExternalReader? external)
    {
        if (bytes.IsEmpty) throw new InvalidOnnxFileException(source, "it is empty.");
        try
        {
            var message = ModelProto.Parser.ParseFrom(new ReadOnlySequence<byte>(bytes));
            var model = new ModelReader(source, external).Model(message);
            model.Graph.Validate();
            return model;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidOnnxFileException(source, $"it is cut short, or is no ONNX file at all ({bytes.Length} bytes; {e.Message})", e);
        }
        catch (InvalidGraphException e)
        {
            throw new InvalidOnnxFileException(source, e.Message, e);
        }
    }
}
