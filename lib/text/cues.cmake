# The phrase matcher and what is read with it. The word lists become constant tables at build time.
set(TEXT_LEXICON_LISTS)
foreach(list sentiment.fa sentiment.finglish sentiment.en grammar urgency topic outcome action)
  list(APPEND TEXT_LEXICON_LISTS ${CMAKE_CURRENT_SOURCE_DIR}/data/${list}.txt)
endforeach()
add_executable(lexicon_generator generate/lexicon.c cue_build.c cue_ending.c cue_filter.c cue_point.c fold.c fold_block.c fold_table.c
                                 ../base/arena.c ../base/buffer.c ../base/utf8.c)
target_include_directories(lexicon_generator PRIVATE . public ../base/public ${PROJECT_SOURCE_DIR}/include)
add_custom_command(
  OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/lexicon_table.c
  COMMAND lexicon_generator ${CMAKE_CURRENT_BINARY_DIR}/lexicon_table.c ${TEXT_LEXICON_LISTS}
  DEPENDS lexicon_generator ${TEXT_LEXICON_LISTS})
target_sources(room_text PRIVATE cue.c cue_build.c cue_ending.c cue_filter.c cue_fire.c cue_point.c cue_window.c lexicon.c sentiment.c sentiment_face.c urgency.c topic.c
                                 outcome.c action.c action_persian.c action_english.c action_clause.c action_title.c action_title_persian.c action_json.c summary.c linear.c linear_feature.c linear_train.c
                                 ${CMAKE_CURRENT_BINARY_DIR}/lexicon_table.c)
target_include_directories(room_text PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
